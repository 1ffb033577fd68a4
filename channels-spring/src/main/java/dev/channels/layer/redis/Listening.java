package dev.channels.layer.redis;

import java.util.Map;
import java.util.Set;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * One connection that subscribes, or several as if they were one: hands over what is
 * published, and tells {@link Subscriptions} how far its commands got.
 */
interface Listening extends Subscriptions.PubSub, AutoCloseable {

	/**
	 * Begin.
	 */
	void open();

	/**
	 * Compare with what the cluster looks like now. Called on the maintenance thread, now
	 * and then.
	 */
	default void check() {
	}

	/**
	 * Return names of the connections.
	 */
	Set<String> names();

	/**
	 * Return those that have to be asked whether they live, by name: not all of them hear
	 * what the node publishes to itself.
	 */
	default Map<String, RedisClusterAsyncCommands<String, byte[]>> shards() {
		return Map.of();
	}

	/**
	 * Cut the connection of this name, which is silent though its master is not. It is
	 * opened again by itself.
	 */
	default void cut(String name) {
	}

	/**
	 * Hear no more of it: what an old connection still has to say would be a duplicate.
	 */
	void mute();

	/**
	 * Mute it, and close the connections.
	 */
	@Override
	void close();

	/**
	 * Told on an I/O thread what happens to the connections.
	 */
	interface Events {

		/**
		 * @param connection the name of the connection that it came on
		 */
		void message(String connection, String channel, byte[] message);

		/**
		 * A connection is there.
		 */
		void connected();

		/**
		 * A connection is lost, and the subscriptions on it.
		 */
		void disconnected();

		/**
		 * Redis has ended a subscription by itself, or did not take one: its slot is on
		 * another node.
		 */
		void moved();

		/**
		 * Redis refused a connection or a subscription, or did not answer.
		 */
		void refused(Throwable failure);

	}

}
