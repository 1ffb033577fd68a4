package dev.channels.connection;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Progress}.
 */
class ProgressTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	private final Progress progress = new Progress();

	@Test
	void nothingIsDueWhileNothingIsUnderWay() {
		assertThat(this.progress.remaining(seconds(100), LIMIT)).isEqualTo(Progress.NEVER);
		this.progress.look(0, 0, 0);
		this.progress.rest(0);
		assertThat(this.progress.remaining(seconds(100), LIMIT)).isEqualTo(Progress.NEVER);
		assertThat(this.progress.untilNextLook(seconds(100), LIMIT)).isEqualTo(Progress.NEVER);
	}

	@Test
	void withoutBytesTheLimitIsATotal() {
		this.progress.look(seconds(1), seconds(1), 0);
		assertRemaining(4, 7);
		this.progress.look(seconds(5), seconds(1), 0);
		assertRemaining(5, 6);
		assertRemaining(11, 0);
	}

	@Test
	void whatMovesFastEnoughIsNotOverdue() {
		this.progress.look(0, 0, 0);
		for (int second = 1; second <= 60; second++) {
			this.progress.look(seconds(second), 0, second * 15_000L);
			assertThat(this.progress.remaining(seconds(second), LIMIT)).isPositive();
		}
	}

	@Test
	void whatStopsMovingIsOverdueHoweverFastItWas() {
		this.progress.look(0, 0, 0);
		this.progress.look(seconds(1), 0, 1_000_000);
		assertRemaining(2, 9);
		assertRemaining(11, 0);
	}

	@Test
	void aByteNowAndThenKeepsNothingAlive() {
		this.progress.look(0, 0, 0);
		for (int second = 1; second <= 9; second++) {
			this.progress.look(seconds(second), 0, second);
			assertThat(this.progress.remaining(seconds(second), LIMIT)).isPositive();
		}
		this.progress.look(seconds(11), 0, 11);
		assertThat(this.progress.remaining(seconds(11), LIMIT)).isNegative();
	}

	@Test
	void bytesThatMovedBeforeTheFirstLookCount() {
		this.progress.rest(500);
		this.progress.look(seconds(9), 0, 90_500);
		assertRemaining(9, 10);
	}

	@Test
	void theNextOneBeginsAnew() {
		this.progress.look(0, 0, 0);
		this.progress.look(seconds(5), 0, 1_000_000);
		this.progress.look(seconds(6), seconds(6), 1_000_000);
		assertRemaining(6, 10);
		assertRemaining(16, 0);
	}

	@Test
	void looksSeveralTimesWithinTheLimit() {
		this.progress.look(0, 0, 0);
		assertThat(this.progress.untilNextLook(0, LIMIT)).isEqualTo(seconds(10) / 4);
		assertThat(this.progress.untilNextLook(seconds(9), LIMIT)).isEqualTo(seconds(1));
	}

	@Test
	void zeroIsForEver() {
		this.progress.look(0, 0, 0);
		assertThat(this.progress.remaining(seconds(1000), Duration.ZERO)).isEqualTo(Progress.NEVER);
		assertThat(this.progress.untilNextLook(seconds(1000), Duration.ZERO)).isEqualTo(Progress.NEVER);
	}

	private void assertRemaining(long atSecond, long seconds) {
		assertThat(this.progress.remaining(seconds(atSecond), LIMIT)).isEqualTo(seconds(seconds));
	}

	private static long seconds(long seconds) {
		return seconds * 1_000_000_000L;
	}

}
