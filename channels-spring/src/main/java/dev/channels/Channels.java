package dev.channels;

/**
 * Where an application sends events, from a consumer or from anywhere else: a controller,
 * a scheduled job, a message listener. Inject it; it is safe for use by many threads.
 * <pre>
 * channels.group("chat_lobby").send(new ChatMessage("hi"));
 * channels.channel("thumbnails").send(new CreateThumbnail(id));
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
	 * @param name the {@link java.security.Principal#getName() name} of the principal
	 * @return the address
	 */
	ConnectionsAddress user(String name);

	/**
	 * Return the same facade over another channel layer.
	 * @param alias the layer's alias in {@code channels.layers}
	 * @return the facade of that layer
	 * @throws IllegalArgumentException if there is no such layer
	 */
	Channels layer(String alias);

}
