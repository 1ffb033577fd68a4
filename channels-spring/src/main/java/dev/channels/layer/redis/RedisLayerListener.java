package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;

/**
 * Told what happens to a Redis layer, on a thread where it may block. What it throws is
 * logged. Calls may overlap, but not those of {@link #membersRemoved}. In an application,
 * each bean of this type is told, of all layers; it may use {@code Channels}, for
 * instance to have clients load again what they may have missed.
 *
 * @since 0.1.0
 */
public interface RedisLayerListener {

	/**
	 * The node is connected again. What was sent to its groups meanwhile has not reached
	 * its connections, and nobody knows how much that was.
	 * @param duration how long it was not connected
	 */
	default void gapEnded(Duration duration) {
	}

	/**
	 * This node has removed members of a node that died without a word. Each removal is
	 * reported by one node, the one that did it, unless that one dies meanwhile.
	 * @param group the group
	 * @param channelNames the connections that are gone
	 */
	default void membersRemoved(String group, List<String> channelNames) {
	}

}
