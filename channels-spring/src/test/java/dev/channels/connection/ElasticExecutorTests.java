package dev.channels.connection;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.layer.CapturedLog;
import dev.channels.layer.ManualTimer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ElasticExecutor}.
 */
class ElasticExecutorTests {

	private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);

	private final CountDownLatch goOn = new CountDownLatch(1);

	private final AtomicInteger started = new AtomicInteger();

	private final AtomicInteger ended = new AtomicInteger();

	private ElasticExecutor executor;

	@AfterEach
	void release() {
		this.goOn.countDown();
		this.executor.close();
		this.timer.shutdownNow();
	}

	@Test
	void runsTasks() {
		create(4);
		for (int i = 0; i < 100; i++) {
			this.executor.execute(this.ended::incrementAndGet);
		}
		Eventually.until(() -> this.ended.get() == 100);
		assertThat(this.executor.poolSize()).isBetween(1, 4);
	}

	@Test
	void tasksThatBlockDelayNobodyElse() {
		create(300);
		block(250);
		this.executor.execute(this.ended::incrementAndGet);
		Eventually.until(() -> this.ended.get() == 1);
		Eventually.until(() -> this.started.get() == 250);
	}

	@Test
	void warnsWhenAllThreadsAreBlocked() {
		create(6);
		try (CapturedLog log = CapturedLog.of(ElasticExecutor.class)) {
			block(16);
			Eventually.until(() -> !log.messages().isEmpty());
			assertThat(log.messages()).containsExactly("All 6 test threads are blocked, 10 tasks wait");
		}
		assertThat(this.executor.poolSize()).isEqualTo(6);
		assertThat(this.started).hasValue(6);
		this.goOn.countDown();
		Eventually.until(() -> this.ended.get() == 16);
		assertThat(this.executor.poolSize()).isLessThanOrEqualTo(6);
	}

	@Test
	void growsAlsoAfterThereWasNoThreadToBeHad() {
		AtomicInteger refusals = new AtomicInteger(3);
		Thread caller = Thread.currentThread();
		this.executor = new ElasticExecutor("test", 100, (task) -> {
			if (Thread.currentThread() != caller && refusals.getAndDecrement() > 0) {
				throw new OutOfMemoryError("unable to create native thread");
			}
			return Executors.defaultThreadFactory().newThread(task);
		}, this.timer);
		try (CapturedLog log = CapturedLog.of(ElasticExecutor.class)) {
			block(90);
			Eventually.until(() -> this.started.get() == 90);
			assertThat(log.messages()).first()
				.asString()
				.startsWith("There are no more threads for test (java.lang.OutOfMemoryError: ");
		}
	}

	@Test
	void aPoolOfOneThreadIsPossible() {
		create(1);
		block(3);
		Eventually.until(() -> this.started.get() == 1);
		this.goOn.countDown();
		Eventually.until(() -> this.ended.get() == 3);
		assertThat(this.executor.poolSize()).isEqualTo(1);
	}

	@Test
	void aTaskThatThrowsDoesNotHarmTheNext() {
		create(2);
		for (int i = 0; i < 10; i++) {
			this.executor.execute(() -> {
				throw new IllegalStateException("expected");
			});
		}
		block(2);
		Eventually.until(() -> this.started.get() == 2);
	}

	@Test
	void whatWaitsAtTheEndAndWhatComesLaterIsStillRun() {
		create(8);
		block(5);
		this.executor.close();
		block(3);
		Eventually.until(() -> this.started.get() == 8);
		this.goOn.countDown();
		Eventually.until(() -> this.ended.get() == 8);
	}

	@Test
	void noThreadIsLeftAfterTheEnd() {
		create(4);
		this.executor.execute(this.ended::incrementAndGet);
		Eventually.until(() -> this.ended.get() == 1);
		this.executor.close();
		Eventually.until(() -> this.executor.poolSize() == 0);
	}

	@Test
	void nobodyLooksWhileNoTaskWaits() {
		ManualTimer timer = new ManualTimer();
		this.executor = new ElasticExecutor("test", 4, Executors.defaultThreadFactory(), timer);
		assertThat(timer.waiting()).isZero();
		block(5);
		assertThat(timer.waiting()).as("a task waits").isEqualTo(1);
		timer.runNext();
		assertThat(timer.waiting()).as("it still waits").isEqualTo(1);
		this.goOn.countDown();
		Eventually.until(() -> this.ended.get() == 5);
		timer.runNext();
		assertThat(timer.waiting()).isZero();
	}

	@Test
	void growsAgainWhileManyAreStuck() {
		create(300);
		block(100);
		Eventually.until(() -> this.started.get() == 100);
		for (int i = 0; i < 20; i++) {
			int expected = this.started.get() + 1;
			block(1);
			Eventually.until(() -> this.started.get() == expected);
		}
		assertThat(this.executor.poolSize()).isLessThanOrEqualTo(300);
	}

	@Test
	void leavesNothingInTheTimer() throws InterruptedException, ExecutionException {
		this.timer.setRemoveOnCancelPolicy(true);
		create(2);
		this.executor.close();
		this.timer.submit(() -> {
		}).get();
		assertThat(this.timer.getQueue()).isEmpty();
	}

	private void create(int maxSize) {
		this.executor = new ElasticExecutor("test", maxSize, (task) -> {
			Thread thread = Executors.defaultThreadFactory().newThread(task);
			thread.setUncaughtExceptionHandler((failed, failure) -> assertThat(failure).hasMessage("expected"));
			return thread;
		}, this.timer);
	}

	private void block(int tasks) {
		for (int i = 0; i < tasks; i++) {
			this.executor.execute(() -> {
				this.started.incrementAndGet();
				try {
					this.goOn.await(30, TimeUnit.SECONDS);
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
				this.ended.incrementAndGet();
			});
		}
	}

}
