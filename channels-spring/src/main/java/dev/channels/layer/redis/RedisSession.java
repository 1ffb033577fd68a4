package dev.channels.layer.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;

/**
 * Two connections that are opened and closed together: one for commands, one that
 * subscribes.
 */
final class RedisSession implements AutoCloseable {

	private final StatefulConnection<String, byte[]> connection;

	private final RedisClusterAsyncCommands<String, byte[]> commands;

	private final StatefulRedisPubSubConnection<String, byte[]> pubSub;

	RedisSession(StatefulConnection<String, byte[]> connection, RedisClusterAsyncCommands<String, byte[]> commands,
			StatefulRedisPubSubConnection<String, byte[]> pubSub) {
		this.connection = connection;
		this.commands = commands;
		this.pubSub = pubSub;
	}

	RedisClusterAsyncCommands<String, byte[]> commands() {
		return this.commands;
	}

	StatefulRedisPubSubConnection<String, byte[]> pubSub() {
		return this.pubSub;
	}

	/**
	 * Close both, without waiting for a server that may be frozen.
	 */
	@Override
	public void close() {
		this.connection.closeAsync();
		this.pubSub.closeAsync();
	}

}
