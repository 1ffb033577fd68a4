package dev.channels.test.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/**
 * Runs something on several threads at a time.
 */
final class Threads {

	private Threads() {
	}

	/**
	 * Run tasks, each on a thread of its own, all beginning when the last is ready.
	 * @return completes when all are done, fails if one fails
	 */
	static CompletableFuture<Void> start(int number, Task task) {
		CountDownLatch ready = new CountDownLatch(number);
		List<CompletableFuture<Void>> results = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			int index = i;
			CompletableFuture<Void> result = new CompletableFuture<>();
			results.add(result);
			Thread thread = new Thread(() -> run(ready, task, index, result), "contract-" + index);
			thread.setDaemon(true);
			thread.start();
		}
		return CompletableFuture.allOf(results.toArray(new CompletableFuture<?>[0]));
	}

	private static void run(CountDownLatch ready, Task task, int index, CompletableFuture<Void> result) {
		try {
			ready.countDown();
			ready.await();
			task.run(index);
			result.complete(null);
		}
		catch (Throwable ex) {
			result.completeExceptionally(ex);
		}
	}

	/**
	 * What one of several threads does.
	 */
	interface Task {

		void run(int index) throws Exception;

	}

}
