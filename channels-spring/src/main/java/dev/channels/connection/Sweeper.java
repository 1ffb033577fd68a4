package dev.channels.connection;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the watchdogs of all connections with one task of the timer: it sleeps until the
 * nearest deadline, looks at all of them, and wakes those that are due. Looking is cheap,
 * some nanoseconds each, and it rests many times as long as it has looked. So deadlines
 * are as exact as a millisecond while connections are few, and as a quarter of a second
 * when they are a hundred thousand. Fields are guarded by this object's monitor.
 */
final class Sweeper implements Runnable {

	/**
	 * As good as never, and far enough from the limits of the system's clock.
	 */
	static final long FAR = Long.MAX_VALUE / 4;

	private static final long MIN_REST = TimeUnit.MILLISECONDS.toNanos(1);

	private static final long MAX_REST = TimeUnit.MILLISECONDS.toNanos(250);

	private static final int REST_PER_SWEEP = 50;

	private final ScheduledExecutorService timer;

	private final Watchdogs watchdogs;

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(Sweeper.class));

	private @Nullable ScheduledFuture<?> next;

	/**
	 * When the next sweep begins, also read without the monitor.
	 */
	private volatile long nextAt = System.nanoTime() + FAR;

	private long restUntil = System.nanoTime();

	/**
	 * Create a sweeper that sleeps.
	 * @param watchdogs all that there are at a time
	 */
	Sweeper(ScheduledExecutorService timer, Watchdogs watchdogs) {
		this.timer = timer;
		this.watchdogs = watchdogs;
	}

	/**
	 * Whether anybody will be woken: not after the end of the application.
	 */
	boolean isRunning() {
		return !this.timer.isShutdown();
	}

	/**
	 * Look by then, at a time of the system's clock in nanoseconds.
	 */
	void wakeBy(long time) {
		if (time - this.nextAt < 0) {
			schedule(time);
		}
	}

	private synchronized void schedule(long time) {
		long now = System.nanoTime();
		if (time - this.nextAt >= 0 || time - now > FAR / 2) {
			return;
		}
		if (this.next != null) {
			this.next.cancel(false);
		}
		long delay = Math.max(0, Math.max(time - now, this.restUntil - now));
		try {
			this.next = this.timer.schedule(this, delay, TimeUnit.NANOSECONDS);
			this.nextAt = now + delay;
		}
		catch (RejectedExecutionException ex) {
			// the application has ended
			this.next = null;
		}
	}

	@Override
	public void run() {
		long begin = System.nanoTime();
		synchronized (this) {
			this.next = null;
			this.nextAt = begin + FAR;
		}
		Sweep sweep = new Sweep(begin);
		this.watchdogs.forEach(sweep);
		long end = System.nanoTime();
		synchronized (this) {
			this.restUntil = end + Math.max(MIN_REST, Math.min(MAX_REST, REST_PER_SWEEP * (end - begin)));
		}
		wakeBy(sweep.nearest);
	}

	/**
	 * One look at all watchdogs.
	 */
	private final class Sweep implements Consumer<Watchdog> {

		private final long begin;

		private long nearest;

		Sweep(long begin) {
			this.begin = begin;
			this.nearest = begin + FAR;
		}

		@Override
		public void accept(Watchdog watchdog) {
			if (watchdog.dueAt() - this.begin <= 0) {
				wake(watchdog);
			}
			if (watchdog.dueAt() - this.nearest < 0) {
				this.nearest = watchdog.dueAt();
			}
		}

		private void wake(Watchdog watchdog) {
			try {
				watchdog.wake(System.nanoTime());
			}
			catch (Throwable ex) {
				// whatever becomes of one connection, the others have deadlines, too
				Sweeper.this.log.warn(() -> "A deadline of a connection has not been kept", ex);
			}
		}

	}

	/**
	 * All watchdogs that there are at a time.
	 */
	@FunctionalInterface
	interface Watchdogs {

		void forEach(Consumer<Watchdog> action);

	}

}
