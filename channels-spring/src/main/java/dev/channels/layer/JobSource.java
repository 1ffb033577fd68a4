package dev.channels.layer;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Where the workers of a {@link WorkerPool} get their events, and who is told what became
 * of these. Methods may be called by many threads and must not block.
 *
 * @param <J> an event on its way through workers
 * @since 0.1.0
 */
public interface JobSource<J extends Job> {

	/**
	 * Take the next event that is there. Called under the lock of the pool, so that it
	 * must not call the pool.
	 * @return an event, {@code null} if there is none at the moment
	 */
	@Nullable J next();

	/**
	 * Workers are idle, and there is no event for them. A source that has to fetch events
	 * does it now, and calls {@link WorkerPool#dispatch()} when there are some.
	 * @param workers how many are idle
	 */
	default void wanted(int workers) {
	}

	/**
	 * An event was handled.
	 * @param job the event
	 * @return completes when nobody will handle it again
	 */
	CompletionStage<?> acknowledge(J job);

	/**
	 * An event was not handled: it is to be tried again, by any worker.
	 * @param job the event
	 * @param pause how long to wait before
	 */
	void retry(J job, Duration pause);

	/**
	 * An event cannot be handled, and becomes a dead letter.
	 * @param job the event
	 * @param error class and message of the last exception
	 * @return completes when nobody will handle it again
	 */
	CompletionStage<?> bury(J job, String error);

	/**
	 * A worker has come. Called before it can get an event.
	 */
	default void joined() {
	}

	/**
	 * A worker has ended.
	 * @return completes when nothing is left of it; who stops it waits that long
	 */
	default CompletionStage<?> left() {
		return CompletableFuture.completedStage(null);
	}

}
