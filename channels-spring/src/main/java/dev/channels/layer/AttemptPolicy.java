package dev.channels.layer;

import java.time.Duration;

import dev.channels.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of an event that a worker could not handle.
 *
 * @param retry what the application wants
 */
record AttemptPolicy(RetryPolicy retry) {

	/** An exception may quote what it could not handle, of any size. */
	static final int MAX_ERROR_LENGTH = 1000;

	/**
	 * Whether there may be no further attempt.
	 * @param attempts how many were begun
	 */
	boolean isSpent(int attempts) {
		return attempts >= this.retry.maxAttempts();
	}

	/**
	 * Return how long to wait before the next attempt, {@code null} if there should be
	 * none.
	 * @param attempts how many were begun, the one that failed included
	 */
	@Nullable Duration pauseAfter(int attempts, Throwable failure) {
		return (isSpent(attempts) || failure instanceof UndecodableEventException) ? null
				: this.retry.backoffAfter(attempts);
	}

	/**
	 * Class and message of an exception.
	 */
	static String describe(Throwable failure) {
		String message = failure.getMessage();
		String text = (message != null) ? failure.getClass().getName() + ": " + message : failure.getClass().getName();
		return (text.length() > MAX_ERROR_LENGTH) ? text.substring(0, MAX_ERROR_LENGTH) + "..." : text;
	}

}
