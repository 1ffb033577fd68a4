package dev.channels;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link RetryPolicy}.
 */
class RetryPolicyTests {

	@Test
	void defaultsAreTheDocumentedOnes() {
		assertThat(RetryPolicy.defaults()).isEqualTo(new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofMinutes(1)));
	}

	@ParameterizedTest
	@CsvSource({ "1, 1", "2, 2", "3, 4", "4, 8", "5, 16", "6, 32", "7, 60", "8, 60", "9, 60" })
	void doublesTheWaitUpToTheLongest(int attempts, long seconds) {
		assertThat(RetryPolicy.defaults().backoffAfter(attempts)).isEqualTo(Duration.ofSeconds(seconds));
	}

	@Test
	void reachesALongestWaitThatIsAPowerOfTwo() {
		RetryPolicy policy = new RetryPolicy(9, Duration.ofMillis(1), Duration.ofMillis(8));
		assertThat(policy.backoffAfter(3)).isEqualTo(Duration.ofMillis(4));
		assertThat(policy.backoffAfter(4)).isEqualTo(Duration.ofMillis(8));
		assertThat(policy.backoffAfter(5)).isEqualTo(Duration.ofMillis(8));
	}

	@Test
	void neverShrinksNorExceedsTheLongestWait() {
		for (Duration backoff : new Duration[] { Duration.ofMillis(1), Duration.ofSeconds(1), Duration.ofDays(1) }) {
			RetryPolicy policy = new RetryPolicy(1000, backoff, Duration.ofDays(3));
			Duration before = Duration.ZERO;
			for (int attempts = 1; attempts <= 1000; attempts++) {
				Duration wait = policy.backoffAfter(attempts);
				assertThat(wait).isBetween(before, policy.maxBackoff());
				before = wait;
			}
			assertThat(before).isEqualTo(policy.maxBackoff());
		}
	}

	@Test
	void survivesHugeDurations() {
		Duration huge = Duration.ofSeconds(Long.MAX_VALUE);
		RetryPolicy policy = new RetryPolicy(1000, huge, huge);
		assertThat(policy.backoffAfter(1)).isEqualTo(huge);
		assertThat(policy.backoffAfter(1000)).isEqualTo(huge);
	}

	@Test
	void staysAtZeroWithoutBackoff() {
		RetryPolicy policy = new RetryPolicy(1000, Duration.ZERO, Duration.ofMinutes(1));
		assertThat(policy.backoffAfter(1)).isZero();
		assertThat(policy.backoffAfter(1000)).isZero();
	}

	@Test
	void requiresAnAttempt() {
		assertThatIllegalArgumentException().isThrownBy(() -> new RetryPolicy(0, Duration.ZERO, Duration.ZERO))
			.withMessage("max-attempts must be positive, not 0");
	}

	@Test
	void refusesNegativeBackoff() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetryPolicy(1, Duration.ofSeconds(-1), Duration.ofSeconds(1)))
			.withMessage("backoff must not be negative, not PT-1S");
	}

	@Test
	void refusesALongestWaitBelowTheFirst() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RetryPolicy(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
			.withMessage("max-backoff (PT1S) must not be below backoff (PT2S)");
	}

}
