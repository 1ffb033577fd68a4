package dev.channels.layer.redis;

import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One {@link SendWindow} for each master of Redis, so that a silent one does not hold up
 * the others. Safe for use by many threads.
 */
final class SendWindows {

	private final CommandSender redis;

	private final Map<String, SendWindow> windows = new ConcurrentHashMap<>();

	SendWindows(CommandSender redis) {
		this.redis = redis;
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
		return this.windows.computeIfAbsent((master != null) ? master : "", (key) -> new SendWindow())
			.send(bytes, send);
	}

}
