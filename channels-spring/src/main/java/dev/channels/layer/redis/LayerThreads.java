package dev.channels.layer.redis;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/**
 * The threads of a layer. What each of them may do stands in the description of the
 * package.
 */
final class LayerThreads {

	private final ScheduledExecutorService maintenance = timer("maintenance");

	private final ScheduledExecutorService workers = timer("workers");

	private final ExecutorService registry = Executors.newSingleThreadExecutor((task) -> thread(task, "registry"));

	private final ExecutorService helper = Executors.newCachedThreadPool((task) -> thread(task, "helper"));

	private static ScheduledExecutorService timer(String name) {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, (task) -> thread(task, name));
		timer.setRemoveOnCancelPolicy(true);
		timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		return timer;
	}

	private static Thread thread(Runnable task, String name) {
		Thread thread = new Thread(task, "channels-redis-" + name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Looks after the connection and the node. Never blocks.
	 */
	ScheduledExecutorService maintenance() {
		return this.maintenance;
	}

	/**
	 * Looks after what workers have in hand. Never blocks.
	 */
	ScheduledExecutorService workers() {
		return this.workers;
	}

	/**
	 * Writes the registry, and blocks meanwhile.
	 */
	ExecutorService registry() {
		return this.registry;
	}

	/**
	 * Opens connections, removes other nodes and flushes, and blocks meanwhile; sends on
	 * what waited for its turn.
	 */
	ExecutorService helper() {
		return this.helper;
	}

	/**
	 * Begin nothing more.
	 */
	void close() {
		this.maintenance.shutdownNow();
		this.workers.shutdownNow();
		this.registry.shutdown();
		this.helper.shutdown();
	}

}
