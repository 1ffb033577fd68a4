package dev.channels.connection;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Limits for how long turns of mailboxes hold back what they send, since a handler that
 * has sent something may block: to a millisecond or less. One task of the timer for all
 * of them, and none while nothing is held back.
 */
final class Corks implements Runnable {

	private static final long LIMIT_MILLIS = 1;

	private final ScheduledExecutorService timer;

	private final Queue<OutboundQueue> corked = new ConcurrentLinkedQueue<>();

	private final AtomicBoolean scheduled = new AtomicBoolean();

	Corks(ScheduledExecutorService timer) {
		this.timer = timer;
	}

	/**
	 * Uncork a queue in a moment, whether its turn has ended by then or not.
	 */
	void limit(OutboundQueue queue) {
		this.corked.add(queue);
		if (this.scheduled.get() || !this.scheduled.compareAndSet(false, true)) {
			return;
		}
		try {
			this.timer.schedule(this, LIMIT_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the application ends: what is held back goes when its turn does
			this.corked.clear();
			this.scheduled.set(false);
		}
	}

	@Override
	public void run() {
		// first: what is added from here on has a task of its own
		this.scheduled.set(false);
		OutboundQueue queue = this.corked.poll();
		while (queue != null) {
			queue.uncork();
			queue = this.corked.poll();
		}
	}

}
