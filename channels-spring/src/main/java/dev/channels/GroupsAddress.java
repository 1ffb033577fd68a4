package dev.channels;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Several groups at once: who is a member of more than one of them gets an event once.
 * For each single group the event takes the same way as one that is sent to that group
 * alone, so the order of a sender's events in each group is kept. A client that joins or
 * leaves at this moment may miss the event.
 *
 * @since 0.1.0
 */
public interface GroupsAddress extends Address {

	/**
	 * Return the same groups without some of their members.
	 * @param connections the connections to leave out
	 * @return the address
	 */
	default GroupsAddress except(Connection... connections) {
		return except(Arrays.stream(connections).map(Connection::channelName).toList());
	}

	/**
	 * Return the same groups without some of their members.
	 * @param channelNames the {@link Connection#channelName() channel names} to leave out
	 * @return the address
	 * @throws InvalidNameException if a name is not legal
	 */
	default GroupsAddress except(String... channelNames) {
		return except(List.of(channelNames));
	}

	/**
	 * Return the same groups without some of their members.
	 * @param channelNames the {@link Connection#channelName() channel names} to leave out
	 * @return the address
	 * @throws InvalidNameException if a name is not legal
	 */
	GroupsAddress except(Collection<String> channelNames);

}
