package dev.channels.layer.redis;

import java.util.concurrent.CompletionStage;
import java.util.function.Function;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

/**
 * Sends commands to Redis, which gets those of one thread in order.
 */
interface CommandSender {

	/**
	 * Whether commands have a chance.
	 */
	boolean isOpen();

	/**
	 * Return the master of a cluster that takes what is published to a channel,
	 * {@code null} without a cluster.
	 */
	default @Nullable String masterOf(String channel) {
		return null;
	}

	/**
	 * Send a command.
	 * @return completes on an I/O thread; fails with a
	 * {@link dev.channels.ChannelLayerException}
	 */
	<T> CompletionStage<T> send(
			Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command);

}
