package dev.channels.layer.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/**
 * Completes stages for the application, which may block where they complete: never on an
 * I/O thread of the Redis client.
 */
final class Callbacks {

	private final Executor executor;

	Callbacks(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Complete a stage on the executor, unless it is done.
	 * @return fails with a {@link dev.channels.ChannelLayerException}
	 */
	<T> CompletionStage<T> complete(CompletionStage<T> stage) {
		CompletableFuture<T> future = stage.toCompletableFuture();
		return (future.isDone() && !future.isCompletedExceptionally()) ? stage : then(stage, Function.identity());
	}

	/**
	 * Go on after a stage on the executor.
	 * @return fails with a {@link dev.channels.ChannelLayerException}
	 */
	<T, R> CompletionStage<R> then(CompletionStage<T> stage, Function<T, R> next) {
		CompletableFuture<R> result = new CompletableFuture<>();
		stage.whenComplete((value, failure) -> execute(() -> {
			try {
				if (failure != null) {
					throw RedisCalls.failed(failure);
				}
				result.complete(next.apply(value));
			}
			catch (RuntimeException ex) {
				result.completeExceptionally(ex);
			}
		}));
		return result;
	}

	/**
	 * Run something on the executor, at once if the application ends.
	 */
	void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

}
