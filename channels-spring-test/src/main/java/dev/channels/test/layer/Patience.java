package dev.channels.test.layer;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.awaitility.Awaitility;

/**
 * Waits for what has to happen, and not longer than a limit.
 *
 * @param limit the limit
 */
record Patience(Duration limit) {

	<T> T result(CompletionStage<T> stage) {
		try {
			return get(stage);
		}
		catch (ExecutionException ex) {
			throw new AssertionError("The stage failed", ex.getCause());
		}
	}

	Throwable failure(CompletionStage<?> stage) {
		try {
			get(stage);
		}
		catch (ExecutionException ex) {
			return Objects.requireNonNullElse(ex.getCause(), ex);
		}
		throw new AssertionError("The stage should have failed");
	}

	<T> T next(BlockingQueue<T> queue, String what) {
		try {
			T element = queue.poll(this.limit.toNanos(), TimeUnit.NANOSECONDS);
			if (element == null) {
				throw new AssertionError("No " + what + " within " + this.limit);
			}
			return element;
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	void until(String what, Callable<Boolean> condition) {
		Awaitility.await(what).atMost(this.limit).pollInterval(Duration.ofMillis(5)).until(condition);
	}

	private <T> T get(CompletionStage<T> stage) throws ExecutionException {
		try {
			return stage.toCompletableFuture().get(this.limit.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new AssertionError("The stage is not complete after " + this.limit, ex);
		}
		catch (InterruptedException ex) {
			throw interrupted(ex);
		}
	}

	private static AssertionError interrupted(InterruptedException ex) {
		Thread.currentThread().interrupt();
		return new AssertionError("Interrupted", ex);
	}

}
