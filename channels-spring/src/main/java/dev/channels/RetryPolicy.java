package dev.channels;

import java.time.Duration;

import org.springframework.util.Assert;

/**
 * What to do with an event that a worker could not handle.
 *
 * @param maxAttempts how often to try in all, before the event becomes a dead letter
 * (default 5)
 * @param backoff how long to wait before the second attempt; twice as long before each
 * further one (default 1 s)
 * @param maxBackoff the longest wait (default 1 min)
 * @since 0.1.0
 */
public record RetryPolicy(int maxAttempts, Duration backoff, Duration maxBackoff) {

	/**
	 * Create a policy.
	 * @throws IllegalArgumentException if a value is out of range
	 */
	public RetryPolicy {
		Assert.isTrue(maxAttempts > 0, () -> "max-attempts must be positive, not " + maxAttempts);
		Assert.isTrue(!backoff.isNegative(), () -> "backoff must not be negative, not " + backoff);
		Assert.isTrue(maxBackoff.compareTo(backoff) >= 0,
				() -> "max-backoff (" + maxBackoff + ") must not be below backoff (" + backoff + ")");
	}

	/**
	 * Return the default policy.
	 * @return the policy
	 */
	public static RetryPolicy defaults() {
		return new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofMinutes(1));
	}

	/**
	 * Return how long to wait before the next attempt.
	 * @param attempts how many attempts have failed, at least 1
	 * @return the wait
	 */
	public Duration backoffAfter(int attempts) {
		long factor = 1L << Math.min(attempts - 1, 30);
		Duration limit = this.maxBackoff.dividedBy(factor);
		return (this.backoff.compareTo(limit) > 0) ? this.maxBackoff : this.backoff.multipliedBy(factor);
	}

}
