package dev.channels.layer.redis;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * Sends commands to Redis, which gets those of one thread in order.
 */
interface CommandSender {

	/**
	 * Whether commands have a chance.
	 */
	boolean isOpen();

	/**
	 * Send a command.
	 * @return completes on an I/O thread; fails with a
	 * {@link dev.channels.ChannelLayerException}
	 */
	<T> CompletionStage<T> send(
			Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command);

}
