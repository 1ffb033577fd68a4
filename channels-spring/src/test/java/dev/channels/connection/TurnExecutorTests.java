package dev.channels.connection;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link TurnExecutor}.
 */
class TurnExecutorTests {

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

	private final AtomicInteger runs = new AtomicInteger();

	@AfterEach
	void release() {
		this.timer.shutdownNow();
	}

	@Test
	void aTurnForWhichThereIsNoThreadIsRunLater() {
		AtomicInteger attempts = new AtomicInteger();
		try (CapturedLog log = CapturedLog.of(TurnExecutor.class)) {
			create((task) -> {
				if (attempts.incrementAndGet() < 3) {
					throw new OutOfMemoryError("unable to create native thread");
				}
				task.run();
			}).execute(this.runs::incrementAndGet);
			Eventually.until(() -> this.runs.get() == 1);
			assertThat(log.messages()).containsExactly("There is no thread for a handler "
					+ "(java.lang.OutOfMemoryError: unable to create native thread), trying again");
		}
	}

	@Test
	void anEndedExecutorSaysSo() {
		TurnExecutor executor = create((task) -> {
			throw new RejectedExecutionException("ended");
		});
		assertThatExceptionOfType(RejectedExecutionException.class)
			.isThrownBy(() -> executor.execute(this.runs::incrementAndGet));
		assertThat(this.timer.getQueue()).isEmpty();
	}

	private TurnExecutor create(Executor threads) {
		return new TurnExecutor(threads, Runnable::run, this.timer);
	}

}
