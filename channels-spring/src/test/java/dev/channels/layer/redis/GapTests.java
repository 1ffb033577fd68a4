package dev.channels.layer.redis;

import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Gap}.
 */
class GapTests {

	private final AtomicLong now = new AtomicLong(100);

	private final Gap gap = new Gap(this.now::get);

	@Test
	void beginsWithTheFirstLossAndLastsFromItsBeginning() {
		assertThat(this.gap.isOpen()).isFalse();
		assertThat(this.gap.lost(90)).isTrue();
		this.now.set(200);
		assertThat(this.gap.lost(150)).isFalse();
		assertThat(this.gap.current()).isEqualTo(new Gap.Loss(90, 200, false));
		this.now.set(390);
		assertThat(this.gap.end(this.gap.current())).isEqualTo(Duration.ofNanos(300));
		assertThat(this.gap.isOpen()).isFalse();
		assertThat(this.gap.returns()).isEqualTo(1);
	}

	@Test
	void aLossThatIsNoticedLaterMayHaveBegunEarlier() {
		this.gap.lost(90);
		this.gap.lost(20);
		assertThat(this.gap.current().from()).isEqualTo(20);
	}

	@Test
	void aLossBetweenTheLookAndTheEndIsNotForgotten() {
		this.gap.lost(90);
		Gap.Loss seen = this.gap.current();
		this.gap.lost(100);
		assertThat(this.gap.end(seen)).isNull();
		assertThat(this.gap.isPartlyOver(seen)).isFalse();
		assertThat(this.gap.isOpen()).isTrue();
		assertThat(this.gap.returns()).isZero();
	}

	@Test
	void aLossAfterTheEndBeginsTheNext() {
		this.gap.lost(90);
		this.gap.end(this.gap.current());
		assertThat(this.gap.lost(100)).isTrue();
	}

	@Test
	void isPartlyOverOnceForEachLoss() {
		this.gap.lost(90);
		assertThat(this.gap.isPartlyOver(this.gap.current())).isTrue();
		assertThat(this.gap.isPartlyOver(this.gap.current())).isFalse();
		assertThat(this.gap.isOpen()).isTrue();
		assertThat(this.gap.returns()).isEqualTo(1);
		this.gap.lost(100);
		assertThat(this.gap.current().partly()).isFalse();
		assertThat(this.gap.isPartlyOver(this.gap.current())).isTrue();
		assertThat(this.gap.end(this.gap.current())).isEqualTo(Duration.ofNanos(10));
		assertThat(this.gap.returns()).isEqualTo(3);
	}

	@Test
	void eachLossIsFollowedByAnEnd() throws Exception {
		AtomicInteger begun = new AtomicInteger();
		AtomicInteger ended = new AtomicInteger();
		CyclicBarrier together = new CyclicBarrier(3);
		Runnable loses = () -> {
			for (int i = 0; i < 100_000; i++) {
				if (this.gap.lost(this.now.incrementAndGet())) {
					begun.incrementAndGet();
				}
			}
		};
		Thread first = start(together, loses);
		Thread second = start(together, loses);
		together.await();
		while (first.isAlive() || second.isAlive() || this.gap.isOpen()) {
			Gap.Loss seen = this.gap.current();
			if (seen != null && this.gap.end(seen) != null) {
				ended.incrementAndGet();
			}
		}
		assertThat(ended).hasValue(begun.get());
	}

	private static Thread start(CyclicBarrier together, Runnable task) {
		Thread thread = new Thread(() -> {
			try {
				together.await();
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
			task.run();
		});
		thread.start();
		return thread;
	}

}
