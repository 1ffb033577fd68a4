package dev.channels.layer.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

import dev.channels.ChannelLayerException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node becomes connected in the first seconds, for those who wait for that
 * and those who read logs. Safe for use by many threads.
 */
final class StartAttempt {

	private static final Log logger = LogFactory.getLog(StartAttempt.class);

	/**
	 * The client needs time to warm up, more than a second where many applications start
	 * at once.
	 */
	private static final long PATIENCE = Duration.ofSeconds(3).toNanos();

	private final String servers;

	private final LongSupplier clock;

	private final long begin;

	private final CompletableFuture<Void> done = new CompletableFuture<>();

	/**
	 * What Redis refused of late, which says more than that nothing comes, or that it has
	 * closed the connection.
	 */
	private volatile @Nullable Throwable refusal;

	StartAttempt(String servers, LongSupplier clock) {
		this.servers = servers;
		this.clock = clock;
		this.begin = clock.getAsLong();
	}

	/**
	 * Return whether it succeeded, as soon as that is known.
	 */
	CompletionStage<Void> stage() {
		return this.done;
	}

	void succeeded() {
		this.done.complete(null);
	}

	/**
	 * The node is not connected yet. Says so once, if that lasts.
	 */
	void failed(Throwable failure) {
		if (this.done.isDone()) {
			return;
		}
		if (RedisProblems.isRefusal(failure)) {
			this.refusal = failure;
		}
		if (this.clock.getAsLong() - this.begin < PATIENCE) {
			return;
		}
		Throwable refusal = this.refusal;
		Throwable told = (refusal != null) ? refusal : failure;
		String reason = RedisProblems.reasonOf(told);
		if (this.done.completeExceptionally(new ChannelLayerException(this.servers + ": " + reason, told))) {
			logger.warn("There is no connection to Redis at " + this.servers + " yet (" + reason
					+ "). Clients can connect, sends fail and events reach nobody until there is one");
		}
	}

}
