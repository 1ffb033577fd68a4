package dev.channels.layer;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DropCounter} and {@link DropReason}.
 */
class DropCounterTests {

	private final CapturedLog log = CapturedLog.of(DropCounter.class);

	private final DropCounter drops = new DropCounter();

	@AfterEach
	void close() {
		this.log.close();
	}

	@Test
	void beginsAtZero() {
		assertThat(DropReason.values()).allSatisfy((reason) -> assertThat(this.drops.total(reason)).isZero());
	}

	@Test
	void countsEachReasonByItself() {
		this.drops.dropped(DropReason.CAPACITY, "one");
		this.drops.dropped(DropReason.CAPACITY, "two");
		this.drops.count(DropReason.CLOSED, 5);
		assertThat(this.drops.total(DropReason.CAPACITY)).isEqualTo(2);
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(5);
		assertThat(this.drops.total(DropReason.EXPIRED)).isZero();
	}

	@Test
	void warnsOfDropsWithTheReason() {
		this.drops.dropped(DropReason.NO_RECEIVER, "event 'a' for b");
		assertThat(this.log.messages()).containsExactly("Dropped (no-receiver): event 'a' for b");
	}

	@Test
	void limitsWarningsOfEachReasonByItself() {
		this.drops.dropped(DropReason.CAPACITY, "one");
		this.drops.dropped(DropReason.CAPACITY, "two");
		this.drops.dropped(DropReason.EXPIRED, "three");
		assertThat(this.log.messages()).containsExactly("Dropped (capacity): one", "Dropped (expired): three");
	}

	@Test
	void makesATextOnlyIfItIsLogged() {
		AtomicInteger made = new AtomicInteger();
		for (int i = 0; i < 1000; i++) {
			this.drops.dropped(DropReason.CAPACITY, () -> "text " + made.incrementAndGet());
		}
		assertThat(this.drops.total(DropReason.CAPACITY)).isEqualTo(1000);
		assertThat(this.log.messages()).containsExactly("Dropped (capacity): text 1");
		assertThat(made).hasValue(1);
	}

	@Test
	void doesNotWarnOfWhatIsOnlyCounted() {
		this.drops.count(DropReason.CLOSED, 1);
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void reasonsHaveTagsForMetrics() {
		assertThat(Arrays.stream(DropReason.values()).map(DropReason::tag)).containsExactly("capacity", "expired",
				"late", "no-receiver", "no-handler", "undecodable", "slow-consumer", "closed", "send-failed",
				"dead-letters-full");
	}

}
