package dev.channels.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Runs tasks at the same moment.
 */
public final class Race implements AutoCloseable {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/**
	 * Return when all tasks are done.
	 */
	public void run(Runnable... tasks) {
		AtomicInteger missing = new AtomicInteger(tasks.length);
		CompletableFuture<?>[] runs = Stream.of(tasks)
			.map((task) -> CompletableFuture.runAsync(() -> runTogether(missing, task), this.threads))
			.toArray(CompletableFuture<?>[]::new);
		CompletableFuture.allOf(runs).orTimeout(10, TimeUnit.SECONDS).join();
	}

	/**
	 * Wait without sleep: threads that are woken up come too late for a narrow window.
	 */
	private static void runTogether(AtomicInteger missing, Runnable task) {
		missing.decrementAndGet();
		while (missing.get() > 0) {
			Thread.yield();
		}
		task.run();
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
