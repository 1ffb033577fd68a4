package dev.channels.layer.redis;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.channels.ChannelLayerException;
import dev.channels.LayerFullException;
import io.lettuce.core.RedisException;

/**
 * What becomes of commands: waits for them, and says in our words how they failed.
 */
final class RedisCalls {

	private RedisCalls() {
	}

	/**
	 * Wait for a command; not for use on an I/O thread.
	 * @throws ChannelLayerException if it fails
	 */
	static <T> T await(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(RedisClients.COMMAND_TIMEOUT.toNanos() * 2, TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw failed(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failed(ex);
		}
	}

	/**
	 * Say how a command has failed. Where the client did not send it, that is certain;
	 * else nobody knows what Redis did.
	 */
	static ChannelLayerException failed(Throwable failure) {
		Throwable root = rootOf(failure);
		if (root instanceof ChannelLayerException known) {
			return known;
		}
		if (root instanceof RedisException && root.getMessage() != null) {
			// what the client says has no types
			if (root.getMessage().contains("size exceeded")) {
				return new LayerFullException(
						"Too many commands to Redis are under way, this one was not sent: wait for the stages of earlier ones",
						root);
			}
			if (root.getMessage().startsWith("Currently not connected")) {
				return new ChannelLayerException("Redis is not connected, nothing was sent", root);
			}
		}
		return new ChannelLayerException("Redis failed, the outcome is unknown: " + root, root);
	}

	/**
	 * Return what has failed, without what stages, Spring Data and this layer wrap around
	 * it.
	 */
	static Throwable rootOf(Throwable failure) {
		Throwable root = failure;
		while ((root instanceof ExecutionException || root instanceof CompletionException
				|| root.getClass().getName().startsWith("org.springframework.data.redis")) && root.getCause() != null) {
			root = root.getCause();
		}
		return root;
	}

}
