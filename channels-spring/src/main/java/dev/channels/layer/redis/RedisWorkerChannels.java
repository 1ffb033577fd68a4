package dev.channels.layer.redis;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.UnservedChannels;
import dev.channels.layer.WorkerSubscription;
import org.jspecify.annotations.Nullable;

/**
 * The worker channels, each of which is a stream in Redis: sends events to them, and
 * keeps those that have workers on this node.
 */
final class RedisWorkerChannels {

	private final Function<ChannelName, EventStream> streams;

	private final Function<EventStream, RedisWorkerChannel> factory;

	private final LayerSettings limits;

	private final WorkerEvents events;

	private final ExpiryWatch expiry;

	private final Callbacks callbacks;

	private final UnservedChannels unserved = new UnservedChannels();

	private final Map<ChannelName, RedisWorkerChannel> channels = new ConcurrentHashMap<>();

	/**
	 * @param streams name the stream of a channel
	 * @param factory makes a channel that has workers on this node
	 * @param events reads events
	 */
	RedisWorkerChannels(Function<ChannelName, EventStream> streams, Function<EventStream, RedisWorkerChannel> factory,
			LayerSettings limits, WorkerEvents events, ExpiryWatch expiry, Callbacks callbacks) {
		this.streams = streams;
		this.factory = factory;
		this.limits = limits;
		this.events = events;
		this.expiry = expiry;
		this.callbacks = callbacks;
	}

	/**
	 * Add an event to a channel.
	 * @param event as it is on the wire
	 */
	CompletionStage<Void> send(ChannelName channel, byte[] event) {
		EventStream stream = this.streams.apply(channel);
		int capacity = this.limits.capacityOf(channel);
		return this.callbacks.then(add(stream, event, capacity), (result) -> {
			if (!result.added()) {
				throw new ChannelFullException(channel.value(), capacity);
			}
			this.expiry.sent(stream);
			if (result.unserved() && !this.expiry.isOn() && !this.channels.containsKey(channel)) {
				this.unserved.warn(channel, capacity, this.channels.keySet());
			}
			return null;
		});
	}

	/**
	 * What has expired makes room.
	 */
	private CompletionStage<EventStream.Added> add(EventStream stream, byte[] event, int capacity) {
		return stream.add(event, capacity, this.expiry.millis())
			.thenCompose((result) -> (result.added() || !this.expiry.isOn()) ? CompletableFuture.completedStage(result)
					: this.expiry.look(stream)
						.thenCompose((next) -> stream.add(event, capacity, this.expiry.millis())));
	}

	/**
	 * A channel is kept as long as it has workers here.
	 */
	WorkerSubscription work(ChannelName channel, RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> worker) {
		RedisWorkerChannel served = this.channels.compute(channel, (name, known) -> {
			RedisWorkerChannel found = (known != null) ? known : this.factory.apply(this.streams.apply(name));
			found.enter();
			return found;
		});
		WorkerSubscription subscription = served.work(retry, worker);
		served.exit();
		return () -> {
			CompletionStage<Void> stopped = subscription.stop();
			stopped.thenCompose((done) -> served.whenLeft()).thenRun(() -> forget(channel));
			return stopped;
		};
	}

	private void forget(ChannelName channel) {
		this.channels.computeIfPresent(channel, (name, known) -> known.isUnused() ? null : known);
	}

	/**
	 * Return the channels that have workers on this node.
	 */
	Set<ChannelName> served() {
		return Set.copyOf(this.channels.keySet());
	}

	CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit) {
		return this.callbacks.complete(this.streams.apply(channel)
			.deadLetters(limit)
			.thenApply((letters) -> letters.stream().map(this.events::deadLetter).toList()));
	}

	/**
	 * @param id that of one dead letter, {@code null} for all
	 */
	CompletionStage<Long> redeliver(ChannelName channel, @Nullable String id) {
		EventStream stream = this.streams.apply(channel);
		int capacity = this.limits.capacityOf(channel);
		CompletionStage<EventStream.Redelivered> redelivered = (id != null) ? stream.redeliver(id, capacity)
				: stream.redeliverAll(capacity);
		return this.callbacks.then(redelivered, (result) -> {
			this.expiry.sent(stream);
			if (result.full()) {
				throw new ChannelFullException(channel.value(), capacity);
			}
			return result.number();
		});
	}

	/**
	 * @param id that of one dead letter, {@code null} for all
	 */
	CompletionStage<Long> discard(ChannelName channel, @Nullable String id) {
		EventStream stream = this.streams.apply(channel);
		return this.callbacks.complete((id != null) ? stream.discard(id) : stream.discardAll());
	}

	/**
	 * @return completes when all channels without workers have given back what they had
	 */
	CompletionStage<Void> whenLeft() {
		return CompletableFuture.allOf(this.channels.values()
			.stream()
			.map((channel) -> channel.whenLeft().toCompletableFuture())
			.toArray(CompletableFuture<?>[]::new));
	}

}
