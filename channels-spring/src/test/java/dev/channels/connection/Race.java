package dev.channels.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs tasks at the same moment.
 */
final class Race implements AutoCloseable {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	/**
	 * Return when all tasks are done.
	 */
	void run(Runnable... tasks) {
		CyclicBarrier barrier = new CyclicBarrier(tasks.length);
		CompletableFuture<?>[] runs = Stream.of(tasks)
			.map((task) -> CompletableFuture.runAsync(() -> runAt(barrier, task), this.threads))
			.toArray(CompletableFuture<?>[]::new);
		CompletableFuture.allOf(runs).orTimeout(10, TimeUnit.SECONDS).join();
	}

	private static void runAt(CyclicBarrier barrier, Runnable task) {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
		task.run();
	}

	@Override
	public void close() {
		this.threads.shutdownNow();
	}

}
