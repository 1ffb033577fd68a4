package dev.channels.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.CloseStatus;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.DropCounter;
import dev.channels.layer.ManualTimer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.DURATION;

/**
 * Tests of {@link Sweeper}.
 */
class SweeperTests {

	private static final Duration FAR = Duration.ofMinutes(10);

	private static final Duration NEAR = Duration.ofMinutes(5);

	private static final Duration NOW = Duration.ofNanos(1);

	private final ManualTimer timer = new ManualTimer();

	private final List<Watchdog> watchdogs = new ArrayList<>();

	private final List<String> log = new ArrayList<>();

	private final Sweeper sweeper = new Sweeper(this.timer, this.watchdogs::forEach);

	@Test
	void sleepsWithoutEndIfThereIsNothingToDo() {
		this.sweeper.run();
		assertThat(this.timer.waiting()).isZero();
	}

	@Test
	void sleepsUntilTheNearestDeadlineOfAll() {
		watch("far", FAR);
		watch("near", NEAR);
		watch("far", FAR);
		assertSleepsOnceFor(NEAR);
		this.timer.runNext();
		assertSleepsOnceFor(NEAR);
		assertThat(this.log).isEmpty();
	}

	@Test
	void wakesOnlyThoseThatAreDue() {
		watch("far", FAR);
		Watchdog due = watch("due", NOW);
		watch("far", FAR);
		awaitDue(due);
		this.timer.runNext();
		assertThat(this.log).containsExactly("due");
	}

	@Test
	void whoHasGoneIsNotWaitedFor() {
		watch("far", FAR);
		watch("near", NEAR).stop();
		this.timer.runNext();
		assertSleepsOnceFor(FAR);
	}

	@Test
	void restsBetweenTwoSweeps() {
		this.sweeper.run();
		this.sweeper.wakeBy(System.nanoTime());
		assertThat(this.timer.delays()).last(DURATION).isBetween(Duration.ofNanos(1), Duration.ofMillis(250));
	}

	@Test
	void oneWatchdogThatFailsHarmsNoOther() {
		Watchdog failing = watch("fail", NOW);
		Watchdog due = watch("due", NOW);
		awaitDue(failing);
		awaitDue(due);
		try (CapturedLog captured = CapturedLog.of(Sweeper.class)) {
			this.timer.runNext();
			assertThat(captured.messages()).containsExactly("A deadline of a connection has not been kept");
		}
		assertThat(this.log).containsExactly("due");
		assertThat(this.timer.waiting()).isEqualTo(1);
	}

	@Test
	void survivesATimerThatWasShutDown() {
		assertThat(this.sweeper.isRunning()).isTrue();
		this.timer.refuse();
		assertThat(this.sweeper.isRunning()).isFalse();
		this.sweeper.wakeBy(System.nanoTime());
		this.sweeper.run();
		assertThat(this.timer.waiting()).isZero();
	}

	/**
	 * Who is told of a deadline while a sweep is under way is not forgotten: threads set
	 * one after the other, each of which is due at once.
	 */
	@Test
	void noDeadlineIsForgotten() {
		ConcurrentLinkedQueue<Watchdog> all = new ConcurrentLinkedQueue<>();
		AtomicInteger lost = new AtomicInteger();
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
		try (Race race = new Race()) {
			Sweeper sweeper = new Sweeper(timer, all::forEach);
			Runnable opening = () -> {
				for (int i = 0; i < 250; i++) {
					Watchdog watchdog = create(sweeper, FAR, new CountingListener(lost));
					all.add(watchdog);
					watchdog.opened();
					watchdog.endWithin(NOW);
				}
			};
			race.run(opening, opening, opening, opening);
			Eventually.until(() -> lost.get() == 1000);
		}
		finally {
			timer.shutdownNow();
		}
	}

	private Watchdog watch(String name, Duration lifetime) {
		Watchdog watchdog = create(this.sweeper, lifetime, new NamedListener(name));
		this.watchdogs.add(watchdog);
		watchdog.opened();
		return watchdog;
	}

	private static Watchdog create(Sweeper sweeper, Duration lifetime, Watchdog.Listener listener) {
		SettingsBuilder settings = new SettingsBuilder().sendTimeout(Duration.ofHours(1)).maxLifetime(lifetime);
		OutboundQueue outbound = new OutboundQueue(settings.build(), Runnable::run, new Corks(new ManualTimer()),
				new DropCounter(), new RecordingOutboundListener());
		return new Watchdog(sweeper, settings.build(), outbound, new InboundGate(), () -> 0, () -> 0, listener);
	}

	private static void awaitDue(Watchdog watchdog) {
		Eventually.until(() -> watchdog.dueAt() - System.nanoTime() <= 0);
	}

	private void assertSleepsOnceFor(Duration duration) {
		assertThat(this.timer.waiting()).isEqualTo(1);
		assertThat(this.timer.delays()).last(DURATION).isCloseTo(duration, Duration.ofSeconds(30));
	}

	private abstract static class UnexpectedCalls implements Watchdog.Listener {

		@Override
		public void notOpened() {
			throw new AssertionError();
		}

		@Override
		public void lost() {
			throw new AssertionError();
		}

		@Override
		public void overdue(CloseStatus status) {
			throw new AssertionError();
		}

		@Override
		public void heldUp() {
			throw new AssertionError();
		}

	}

	private final class NamedListener extends UnexpectedCalls {

		private final String name;

		NamedListener(String name) {
			this.name = name;
		}

		@Override
		public void overdue(CloseStatus status) {
			if (this.name.equals("fail")) {
				throw new IllegalStateException("expected");
			}
			SweeperTests.this.log.add(this.name);
		}

	}

	private static final class CountingListener extends UnexpectedCalls {

		private final AtomicInteger lost;

		private boolean told;

		CountingListener(AtomicInteger lost) {
			this.lost = lost;
		}

		@Override
		public void lost() {
			if (!this.told) {
				this.told = true;
				this.lost.incrementAndGet();
			}
		}

	}

}
