package dev.channels.layer.redis;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import io.lettuce.core.cluster.SlotHash;

/**
 * One {@link SendWindow} for each master of Redis, so that a silent one does not hold up
 * the others. Safe for use by many threads.
 * <p>
 * When a slot has moved, its old master sends the client on to the new one with what is
 * still under way: the events after that wait until those have come there.
 */
final class SendWindows {

	private final CommandSender redis;

	private final Executor executor;

	private final Map<String, SendWindow> windows = new ConcurrentHashMap<>();

	/** The one that took the last event for each slot of a cluster. */
	private final Map<Integer, SendWindow> last = new ConcurrentHashMap<>();

	/**
	 * @param executor sends what has waited
	 */
	SendWindows(CommandSender redis, Executor executor) {
		this.redis = redis;
		this.executor = executor;
	}

	/**
	 * Send an event, behind those that went to the same master.
	 * @param name the channel or the key that it goes to
	 * @param bytes its size
	 * @param send sends it
	 * @return fails with a {@link dev.channels.LayerFullException} if too many wait
	 */
	<T> CompletionStage<T> send(String name, int bytes, Supplier<CompletionStage<T>> send) {
		String master = this.redis.masterOf(name);
		SendWindow window = this.windows.computeIfAbsent((master != null) ? master : "",
				(key) -> new SendWindow(this.executor));
		if (master != null) {
			SendWindow before = this.last.put(SlotHash.getSlot(name), window);
			if (before != null && before != window) {
				CompletionStage<?> empty = before.send(SendWindow.ALONE, () -> CompletableFuture.completedStage(null))
					.exceptionally((failure) -> null);
				window.send(SendWindow.ALONE, () -> empty);
			}
		}
		return window.send(bytes, send);
	}

}
