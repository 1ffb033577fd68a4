package dev.channels;

import java.security.Principal;
import java.util.Collection;
import java.util.List;

/**
 * Where an application sends events, from a consumer or from anywhere else: a controller,
 * a scheduled job, a message listener. Inject it; it is safe for use by many threads.
 * <pre>
 * channels.group("chat_lobby").send(new ChatMessage("hi"));
 * channels.channel("thumbnails").send(new CreateThumbnail(id));
 * channels.groups("chat_lobby", "chat_help").send(new ChatMessage("hi to both, once"));
 * channels.user("alice").send(new Notice("your order left"));
 * </pre>
 *
 * @since 0.1.0
 */
public interface Channels {

	/**
	 * Return a group.
	 * @param name 1 to 99 ASCII letters, digits, hyphens, underscores or periods
	 * @return the address
	 * @throws InvalidNameException if the name is not legal
	 */
	GroupAddress group(String name);

	/**
	 * Return several groups, whose members get an event once, however many of the groups
	 * they are in.
	 * @param names names as {@link #group(String)} takes, 1 to 100
	 * @return the address
	 * @throws InvalidNameException if a name is not legal
	 * @throws IllegalArgumentException if there are none or too many
	 */
	default GroupsAddress groups(String... names) {
		return groups(List.of(names));
	}

	/**
	 * Return several groups, whose members get an event once, however many of the groups
	 * they are in.
	 * @param names names as {@link #group(String)} takes, 1 to 100
	 * @return the address
	 * @throws InvalidNameException if a name is not legal
	 * @throws IllegalArgumentException if there are none or too many
	 */
	GroupsAddress groups(Collection<String> names);

	/**
	 * Return a worker channel.
	 * @param name 1 to 99 ASCII letters, digits, hyphens, underscores or periods
	 * @return the address
	 * @throws InvalidNameException if the name is not legal, or is a connection's
	 */
	ChannelAddress channel(String name);

	/**
	 * Return one connection.
	 * @param channelName its {@link Connection#channelName() channel name}
	 * @return the address
	 * @throws InvalidNameException if the name is not a connection's
	 */
	ConnectionsAddress connection(String channelName);

	/**
	 * Return all connections of a user.
	 * @param name the {@link Principal#getName() name} of the principal
	 * @return the address
	 */
	ConnectionsAddress user(String name);

	/**
	 * Return all connections of a user.
	 * @param principal the user, such as {@link Connection#principal()}
	 * @return the address
	 * @throws IllegalArgumentException if the principal has no name
	 */
	default ConnectionsAddress user(Principal principal) {
		return user(principal.getName());
	}

	/**
	 * Return the same facade over another channel layer.
	 * @param alias the layer's alias in {@code channels.layers}
	 * @return the facade of that layer
	 * @throws IllegalArgumentException if there is no such layer
	 */
	Channels layer(String alias);

}
