package dev.channels.layer.redis;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TimeQueue}.
 */
class TimeQueueTests {

	/** Shortly before the clock overflows. */
	private static final long START = Long.MAX_VALUE - 5;

	private final TimeQueue<String> queue = new TimeQueue<>(Duration.ofNanos(10));

	@Test
	void givesWhatHasWaitedLongerThanTheDelay() {
		this.queue.add("a", START);
		this.queue.add("b", START + 1);
		assertThat(this.queue.takeDue(START + 10)).isEmpty();
		assertThat(this.queue.takeDue(START + 11)).containsExactly("a");
		assertThat(this.queue.takeDue(START + 100)).containsExactly("b");
		assertThat(this.queue.size()).isZero();
	}

	@Test
	void whatWaitsWaitsOn() {
		this.queue.add("a", START);
		this.queue.add("a", START + 5);
		assertThat(this.queue.takeDue(START + 11)).containsExactly("a");
		this.queue.add("a", START + 11);
		assertThat(this.queue.takeDue(START + 21)).isEmpty();
		this.queue.remove("a");
		assertThat(this.queue.takeDue(START + 100)).isEmpty();
	}

	@Test
	void givesTheFirstOnes() {
		this.queue.add("a", START);
		this.queue.add("b", START);
		this.queue.add("c", START);
		assertThat(this.queue.take(-1)).isEmpty();
		assertThat(this.queue.take(2)).containsExactly("a", "b");
		assertThat(this.queue.take(2)).containsExactly("c");
	}

}
