package dev.channels.layer.redis;

import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.UndecodableEventException;
import dev.channels.layer.WorkerSubscription;

/**
 * The worker channels, each of which is a stream in Redis: sends events to them, and
 * keeps those that have workers on this node.
 */
final class RedisWorkerChannels {

	private final Function<ChannelName, EventStream> streams;

	private final BiFunction<ChannelName, EventStream, RedisWorkerChannel> factory;

	private final LayerSettings limits;

	private final Function<byte[], SharedEvent> decoder;

	private final DropCounter drops;

	private final Callbacks callbacks;

	private final Map<ChannelName, RedisWorkerChannel> channels = new ConcurrentHashMap<>();

	/**
	 * @param streams name the stream of a channel
	 * @param factory makes a channel that has workers on this node
	 * @param decoder reads events
	 */
	RedisWorkerChannels(Function<ChannelName, EventStream> streams,
			BiFunction<ChannelName, EventStream, RedisWorkerChannel> factory, LayerSettings limits,
			Function<byte[], SharedEvent> decoder, DropCounter drops, Callbacks callbacks) {
		this.streams = streams;
		this.factory = factory;
		this.limits = limits;
		this.decoder = decoder;
		this.drops = drops;
		this.callbacks = callbacks;
	}

	/**
	 * Add an event to a channel.
	 * @param event as it is on the wire
	 */
	CompletionStage<Void> send(ChannelName channel, byte[] event) {
		int capacity = this.limits.capacityOf(channel);
		CompletionStage<EventStream.Added> added = this.streams.apply(channel)
			.add(event, capacity, this.limits.workerExpiry().toMillis());
		return this.callbacks.then(added, (result) -> {
			if (result.expired() > 0) {
				this.drops.count(DropReason.EXPIRED, result.expired() - 1);
				this.drops.dropped(DropReason.EXPIRED,
						result.expired() + " event(s) of worker channel '" + channel + "'");
			}
			if (!result.added()) {
				throw new ChannelFullException(channel.value(), capacity);
			}
			return null;
		});
	}

	WorkerSubscription work(ChannelName channel, RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> worker) {
		return this.channels.computeIfAbsent(channel, (name) -> this.factory.apply(name, this.streams.apply(name)))
			.work(retry, worker);
	}

	CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit) {
		return this.callbacks.complete(this.streams.apply(channel)
			.deadLetters(limit)
			.thenApply((letters) -> letters.stream().map(this::deadLetter).toList()));
	}

	private DeadLetter deadLetter(Map<String, byte[]> fields) {
		byte[] bytes = fields.getOrDefault("event", new byte[0]);
		Event event;
		try {
			event = (Event) this.decoder.apply(bytes).payload(Event.class);
		}
		catch (UndecodableEventException ex) {
			event = new Event("channels.undecodable", Map.of("base64", Base64.getEncoder().encodeToString(bytes)));
		}
		return new DeadLetter(event, Integer.parseInt(EventStream.text(fields.get("attempts"))),
				EventStream.text(fields.get("error")),
				Instant.ofEpochMilli(Long.parseLong(EventStream.text(fields.get("time")))));
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
