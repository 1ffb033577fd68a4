package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer that remembers what it was asked for and runs it when it is told to.
 */
final class ManualTimer extends ScheduledThreadPoolExecutor {

	private final Deque<Runnable> tasks = new ArrayDeque<>();

	private final Deque<Duration> delays = new ArrayDeque<>();

	private boolean refusing;

	ManualTimer() {
		super(0);
	}

	@Override
	public synchronized ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
		if (this.refusing) {
			throw new RejectedExecutionException("shut down");
		}
		this.tasks.add(task);
		this.delays.add(Duration.ofNanos(unit.toNanos(delay)));
		return null;
	}

	synchronized void refuse() {
		this.refusing = true;
	}

	synchronized List<Duration> delays() {
		return List.copyOf(this.delays);
	}

	synchronized int waiting() {
		return this.tasks.size();
	}

	/**
	 * Run the task that was scheduled first.
	 */
	void runNext() {
		Runnable task;
		synchronized (this) {
			task = this.tasks.remove();
		}
		task.run();
	}

}
