package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Tests of {@link RateLimitedLog}.
 */
class RateLimitedLogTests {

	private final FakeClock clock = new FakeClock();

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(RateLimitedLogTests.class), this.clock);

	private final CapturedLog captured = CapturedLog.of(RateLimitedLogTests.class);

	@AfterEach
	void close() {
		this.captured.close();
	}

	@Test
	void warnsTheFirstTime() {
		this.log.warn(() -> "one");
		assertThat(this.captured.messages()).containsExactly("one");
		assertThat(this.captured.levels()).containsExactly(Level.WARN);
	}

	@Test
	void isSilentForTenSeconds() {
		this.log.warn(() -> "one");
		this.clock.advance(Duration.ofSeconds(10).minusNanos(1));
		this.log.warn(() -> "two");
		assertThat(this.captured.messages()).containsExactly("one");
	}

	@Test
	void tellsHowManyWarningsItKeptBack() {
		this.log.warn(() -> "one");
		for (int i = 0; i < 3; i++) {
			this.log.warn(() -> "kept back");
		}
		this.clock.advance(Duration.ofSeconds(10));
		this.log.warn(() -> "five");
		assertThat(this.captured.messages()).containsExactly("one",
				"five (and 3 more like this since the last warning)");
	}

	@Test
	void countsAnewAfterEachWarning() {
		this.log.warn(() -> "one");
		this.log.warn(() -> "kept back");
		this.clock.advance(Duration.ofSeconds(10));
		this.log.warn(() -> "two");
		this.clock.advance(Duration.ofSeconds(10));
		this.log.warn(() -> "three");
		assertThat(this.captured.messages()).containsExactly("one", "two (and 1 more like this since the last warning)",
				"three");
	}

	@Test
	void doesNotMakeTextsThatItKeepsBack() {
		this.log.warn(() -> "one");
		this.log.warn(() -> fail("asked for a text"));
	}

	@Test
	void logsTheCause() {
		this.log.warn(() -> "one", new IllegalStateException("why"));
		assertThat(this.captured.causes()).containsExactly("java.lang.IllegalStateException: why");
	}

	@Test
	void manyThreadsMakeOneWarningAndLoseNoCount() throws Exception {
		int threads = 16;
		int warnings = 200;
		CountDownLatch start = new CountDownLatch(1);
		List<Thread> all = new ArrayList<>();
		for (int i = 0; i < threads; i++) {
			Thread thread = new Thread(() -> {
				awaitStart(start);
				for (int j = 0; j < warnings; j++) {
					this.log.warn(() -> "busy");
				}
			});
			thread.start();
			all.add(thread);
		}
		start.countDown();
		for (Thread thread : all) {
			thread.join(TimeUnit.SECONDS.toMillis(10));
		}
		assertThat(this.captured.messages()).hasSize(1);
		this.clock.advance(Duration.ofSeconds(10));
		this.log.warn(() -> "last");
		String first = this.captured.messages().get(0);
		int told = first.equals("busy") ? 0 : Integer.parseInt(first.replaceAll("\\D", ""));
		assertThat(this.captured.messages().get(1))
			.isEqualTo("last (and " + (threads * warnings - 1 - told) + " more like this since the last warning)");
	}

	private static void awaitStart(CountDownLatch start) {
		try {
			assertThat(start.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
