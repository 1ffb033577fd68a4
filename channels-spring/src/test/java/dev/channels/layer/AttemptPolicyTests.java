package dev.channels.layer;

import java.time.Duration;

import dev.channels.RetryPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link AttemptPolicy}.
 */
class AttemptPolicyTests {

	private final AttemptPolicy policy = new AttemptPolicy(
			new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(1)));

	@Test
	void triesAgainUntilTheAttemptsAreSpent() {
		IllegalStateException failure = new IllegalStateException();
		assertThat(this.policy.pauseAfter(1, failure)).isEqualTo(Duration.ofSeconds(1));
		assertThat(this.policy.pauseAfter(2, failure)).isEqualTo(Duration.ofSeconds(2));
		assertThat(this.policy.pauseAfter(3, failure)).isNull();
		assertThat(this.policy.isSpent(2)).isFalse();
		assertThat(this.policy.isSpent(3)).isTrue();
	}

	@Test
	void whatCannotBeDecodedIsNotTriedAgain() {
		assertThat(this.policy.pauseAfter(1, new UndecodableEventException("no"))).isNull();
	}

	@Test
	void describesAFailureInALimitedSpace() {
		assertThat(AttemptPolicy.describe(new IllegalStateException("broken")))
			.isEqualTo("java.lang.IllegalStateException: broken");
		assertThat(AttemptPolicy.describe(new IllegalStateException())).isEqualTo("java.lang.IllegalStateException");
		assertThat(AttemptPolicy.describe(new IllegalStateException("x".repeat(100_000))))
			.hasSize(AttemptPolicy.MAX_ERROR_LENGTH + 3)
			.startsWith("java.lang.IllegalStateException: xxx")
			.endsWith("x...");
	}

}
