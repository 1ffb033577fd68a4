package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer that remembers what it was asked for and runs it when it is told to.
 */
public final class ManualTimer extends ScheduledThreadPoolExecutor {

	private final Deque<Task> tasks = new ArrayDeque<>();

	private final Deque<Duration> delays = new ArrayDeque<>();

	private boolean refusing;

	public ManualTimer() {
		super(0);
	}

	@Override
	public synchronized ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
		if (this.refusing) {
			throw new RejectedExecutionException("shut down");
		}
		Task scheduled = new Task(task);
		this.tasks.add(scheduled);
		this.delays.add(Duration.ofNanos(unit.toNanos(delay)));
		return scheduled;
	}

	/**
	 * Like {@link #schedule}: there is no second time.
	 */
	@Override
	public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
		return schedule(task, initialDelay, unit);
	}

	public synchronized void refuse() {
		this.refusing = true;
	}

	@Override
	public synchronized boolean isShutdown() {
		return this.refusing;
	}

	public synchronized List<Duration> delays() {
		return List.copyOf(this.delays);
	}

	public synchronized int waiting() {
		return this.tasks.size();
	}

	/**
	 * Run the task that was scheduled first.
	 */
	public void runNext() {
		Task task;
		synchronized (this) {
			task = this.tasks.remove();
		}
		task.action.run();
	}

	private synchronized void remove(Task task) {
		this.tasks.remove(task);
	}

	/**
	 * Leaves the timer when it is cancelled.
	 */
	private final class Task extends FutureTask<Void> implements ScheduledFuture<Void> {

		private final Runnable action;

		Task(Runnable action) {
			super(action, null);
			this.action = action;
		}

		@Override
		protected void done() {
			ManualTimer.this.remove(this);
		}

		@Override
		public long getDelay(TimeUnit unit) {
			throw new UnsupportedOperationException();
		}

		@Override
		public int compareTo(Delayed other) {
			throw new UnsupportedOperationException();
		}

	}

}
