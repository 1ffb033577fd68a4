package dev.channels.layer.redis;

import java.util.concurrent.CompletionStage;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * How an event comes to its subscribers.
 */
enum PubSubMode {

	/**
	 * There is one master, which knows all subscribers.
	 */
	SINGLE,

	/**
	 * Each node of a cluster passes events on to all others.
	 */
	CLUSTER,

	/**
	 * Events stay in the shard of their channel.
	 */
	SHARDED;

	/**
	 * Publish to those who subscribe in the same way.
	 * @return how many there are, as far as the master knows
	 */
	CompletionStage<Long> publish(RedisClusterAsyncCommands<String, byte[]> commands, String channel, byte[] message) {
		return (this == SHARDED) ? commands.spublish(channel, message) : commands.publish(channel, message);
	}

	/**
	 * Return how events come to a Django application, which never subscribes to shards.
	 */
	PubSubMode django() {
		return (this == SHARDED) ? CLUSTER : this;
	}

	/**
	 * Whether the master to which an event is published knows all who get it: a node of a
	 * cluster only knows its own.
	 */
	boolean knowsReceivers() {
		return this != CLUSTER;
	}

}
