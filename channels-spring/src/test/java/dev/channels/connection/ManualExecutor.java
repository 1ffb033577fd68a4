package dev.channels.connection;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;

/**
 * An executor that runs tasks when it is told to.
 */
public final class ManualExecutor implements Executor {

	private final Deque<Runnable> tasks = new ArrayDeque<>();

	@Override
	public synchronized void execute(Runnable task) {
		this.tasks.add(task);
	}

	public synchronized int waiting() {
		return this.tasks.size();
	}

	public void runNext() {
		Runnable task;
		synchronized (this) {
			task = this.tasks.remove();
		}
		task.run();
	}

	public void runAll() {
		while (waiting() > 0) {
			runNext();
		}
	}

}
