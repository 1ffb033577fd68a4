package dev.channels;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * A group of connections. Events of one thread to one group reach each member in order,
 * at most once. A member whose mailbox is full misses the event, which is counted.
 *
 * @since 0.1.0
 */
public interface GroupAddress extends Address {

	/**
	 * Return the same group without some of its members.
	 * @param connections the connections to leave out
	 * @return the address
	 */
	default GroupAddress except(Connection... connections) {
		return except(Arrays.stream(connections).map(Connection::channelName).toList());
	}

	/**
	 * Return the same group without some of its members.
	 * @param channelNames the {@link Connection#channelName() channel names} to leave out
	 * @return the address
	 * @throws InvalidNameException if a name is not legal
	 */
	default GroupAddress except(String... channelNames) {
		return except(List.of(channelNames));
	}

	/**
	 * Return the same group without some of its members.
	 * @param channelNames the {@link Connection#channelName() channel names} to leave out
	 * @return the address
	 * @throws InvalidNameException if a name is not legal
	 */
	GroupAddress except(Collection<String> channelNames);

	/**
	 * Count the members, on all nodes.
	 * @return a stage with the number of members
	 */
	CompletionStage<Long> size();

	/**
	 * List the first members, on all nodes: the first page of
	 * {@link #members(String, int)}.
	 * @param limit about how many members to return, at least 1
	 * @return a stage with the page
	 * @throws IllegalArgumentException if the limit is not positive
	 */
	default CompletionStage<Page> members(int limit) {
		return members(null, limit);
	}

	/**
	 * List members, on all nodes, page by page. A member that stays during the whole
	 * listing is listed, one that comes or goes meanwhile may be. On Redis some may be
	 * listed twice if the group grows or shrinks much meanwhile.
	 * @param cursor the {@link Page#next() cursor} of the page before, {@code null} for
	 * the first page
	 * @param limit about how many members to return, at least 1
	 * @return a stage with the page
	 */
	CompletionStage<Page> members(@Nullable String cursor, int limit);

	/**
	 * A page of members.
	 *
	 * @param channelNames the channel names of the members
	 * @param next cursor of the next page, {@code null} at the end
	 */
	record Page(List<String> channelNames, @Nullable String next) {

	}

}
