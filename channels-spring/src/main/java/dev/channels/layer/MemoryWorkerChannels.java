package dev.channels.layer;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The worker channels of a process. One is there as long as it has workers, events or
 * dead letters: names that an application makes up do not pile up. Safe for use by many
 * threads.
 */
final class MemoryWorkerChannels {

	private final LayerSettings settings;

	private final DropCounter drops;

	private final ScheduledExecutorService timer;

	private final LongSupplier nanoTime;

	private final UnservedChannels unserved = new UnservedChannels();

	private final Map<ChannelName, MemoryWorkerChannel> channels = new ConcurrentHashMap<>();

	MemoryWorkerChannels(LayerSettings settings, DropCounter drops, ScheduledExecutorService timer,
			LongSupplier nanoTime) {
		this.settings = settings;
		this.drops = drops;
		this.timer = timer;
		this.nanoTime = nanoTime;
	}

	CompletionStage<Void> send(ChannelName name, SharedEvent event) {
		return with(name, (channel) -> switch (channel.offer(event)) {
			case FULL -> full(name, channel.capacity());
			case FIRST -> {
				if (this.settings.workerExpiry().isZero()) {
					this.unserved.warn(name, channel.capacity(), served());
				}
				yield CompletableFuture.completedStage(null);
			}
			case TAKEN -> CompletableFuture.completedStage(null);
		});
	}

	private Set<ChannelName> served() {
		return this.channels.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().isServed())
			.map(Map.Entry::getKey)
			.collect(Collectors.toSet());
	}

	WorkerSubscription work(ChannelName name, RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
		return with(name, (channel) -> channel.work(retry, handler));
	}

	List<DeadLetter> deadLetters(ChannelName name, int limit) {
		return with(name, (channel) -> channel.deadLetters(limit));
	}

	CompletionStage<Long> redeliver(ChannelName name, @Nullable String id) {
		return with(name, (channel) -> {
			MemoryWorkerChannel.Redelivered result = channel.redeliver(id);
			return result.full() ? full(name, channel.capacity())
					: CompletableFuture.completedStage((long) result.number());
		});
	}

	long discard(ChannelName name, @Nullable String id) {
		return with(name, (channel) -> channel.discard(id));
	}

	/**
	 * Forget what waits and what is dead. Workers stay.
	 */
	void clear() {
		this.channels.values().forEach(MemoryWorkerChannel::clear);
		this.channels.keySet().forEach(this::forget);
	}

	Set<ChannelName> names() {
		return Set.copyOf(this.channels.keySet());
	}

	private <T> T with(ChannelName name, Function<MemoryWorkerChannel, T> call) {
		MemoryWorkerChannel channel = this.channels.compute(name, (key, known) -> {
			MemoryWorkerChannel found = (known != null) ? known : create(key);
			found.enter();
			return found;
		});
		try {
			return call.apply(channel);
		}
		finally {
			channel.exit();
			forget(name);
		}
	}

	private MemoryWorkerChannel create(ChannelName name) {
		return new MemoryWorkerChannel(name, this.settings, this.drops, this.timer, this.nanoTime, () -> forget(name));
	}

	/**
	 * Forget a channel, unless it is used.
	 */
	private void forget(ChannelName name) {
		MemoryWorkerChannel channel = this.channels.get(name);
		if (channel != null && channel.isUnused()) {
			this.channels.computeIfPresent(name, (key, known) -> known.isUnused() ? null : known);
		}
	}

	private static <T> CompletionStage<T> full(ChannelName channel, int capacity) {
		return CompletableFuture.failedStage(new ChannelFullException(channel.value(), capacity));
	}

}
