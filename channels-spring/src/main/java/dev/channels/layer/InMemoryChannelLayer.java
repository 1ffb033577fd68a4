package dev.channels.layer;

import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.GroupAddress;
import dev.channels.InvalidNameException;
import dev.channels.RetryPolicy;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The layer for one process. Receivers read the bytes that a node would send here as
 * well, so that an application sees the same as on a layer between nodes. They are
 * delivered on the thread that sends them.
 *
 * @since 0.1.0
 */
public final class InMemoryChannelLayer implements ChannelLayer {

	private final EventCodec codec;

	private final DropCounter drops;

	private final LocalDelivery local;

	private final MemoryWorkerChannels workers;

	private final String node = UUID.randomUUID().toString().replace("-", "");

	private final AtomicLong lastLocal = new AtomicLong();

	/**
	 * Create a layer.
	 * @param settings the limits
	 * @param codec writes and reads events
	 * @param local delivers, to nobody else's channels
	 * @param drops where to count what is dropped
	 * @param timer starts further attempts of workers; nothing here blocks it
	 */
	public InMemoryChannelLayer(LayerSettings settings, EventCodec codec, LocalDelivery local, DropCounter drops,
			ScheduledExecutorService timer) {
		this(settings, codec, local, drops, timer, System::nanoTime);
	}

	InMemoryChannelLayer(LayerSettings settings, EventCodec codec, LocalDelivery local, DropCounter drops,
			ScheduledExecutorService timer, LongSupplier nanoTime) {
		this.codec = codec;
		this.local = local;
		this.drops = drops;
		this.workers = new MemoryWorkerChannels(settings, drops, timer, nanoTime);
	}

	@Override
	public EventCodec codec() {
		return this.codec;
	}

	@Override
	public CompletionStage<Void> send(ChannelName channel, LayerEvent event) {
		LayerEvent received = this.codec.carried(event);
		if (!channel.isConnection()) {
			return this.workers.send(channel, this.local.share(received));
		}
		return switch (this.local.deliver(channel, received)) {
			case TAKEN -> CompletableFuture.completedStage(null);
			case FULL -> full(channel, this.local.capacityOf(channel));
			case NO_RECEIVER -> {
				this.drops.dropped(DropReason.NO_RECEIVER, () -> event + " for " + channel);
				yield CompletableFuture.completedStage(null);
			}
		};
	}

	@Override
	public CompletionStage<Void> groupSend(GroupName group, LayerEvent event) {
		this.local.deliver(group, this.codec.carried(event));
		return CompletableFuture.completedStage(null);
	}

	@Override
	public CompletionStage<Void> groupAdd(GroupName group, ChannelName channel) {
		this.local.join(group, channel);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public CompletionStage<Void> groupDiscard(GroupName group, ChannelName channel) {
		this.local.leave(group, channel);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public CompletionStage<Long> groupSize(GroupName group) {
		return CompletableFuture.completedStage((long) this.local.size(group));
	}

	@Override
	public CompletionStage<GroupAddress.Page> groupMembers(GroupName group, @Nullable String cursor, int limit) {
		Assert.isTrue(limit > 0, () -> "limit must be positive, not " + limit);
		List<String> page = this.local.members(group, position(cursor), limit)
			.stream()
			.map(ChannelName::value)
			.toList();
		String last = (page.size() == limit) ? page.get(limit - 1) : null;
		boolean more = last != null && !this.local.members(group, position(last), 1).isEmpty();
		return CompletableFuture.completedStage(new GroupAddress.Page(page, more ? last : null));
	}

	private static @Nullable ChannelName position(@Nullable String cursor) {
		try {
			return (cursor != null) ? ChannelName.of(cursor) : null;
		}
		catch (InvalidNameException ex) {
			throw new IllegalArgumentException(
					"cursor '" + cursor + "' is not that of a page: use what the page before says, or null", ex);
		}
	}

	@Override
	public ChannelName newChannel() {
		return ChannelName.ofConnection(this.node, Long.toString(this.lastLocal.incrementAndGet(), 36));
	}

	@Override
	public CompletionStage<Void> subscribe(ChannelName channel, Consumer<Delivery> receiver) {
		this.local.subscribe(channel, receiver);
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void unsubscribe(ChannelName channel) {
		this.local.unsubscribe(channel);
	}

	@Override
	public WorkerSubscription work(ChannelName channel, RetryPolicy retry,
			Function<SharedEvent, CompletionStage<?>> worker) {
		requireWorkerChannel(channel);
		return this.workers.work(channel, retry, worker);
	}

	@Override
	public CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit) {
		return CompletableFuture.completedStage(this.workers.deadLetters(channel, limit));
	}

	@Override
	public CompletionStage<Long> redeliver(ChannelName channel, @Nullable String id) {
		return this.workers.redeliver(channel, id);
	}

	@Override
	public CompletionStage<Long> discard(ChannelName channel, @Nullable String id) {
		return CompletableFuture.completedStage(this.workers.discard(channel, id));
	}

	@Override
	public CompletionStage<Void> flush() {
		this.local.clearGroups();
		this.workers.clear();
		return CompletableFuture.completedStage(null);
	}

	/**
	 * Return the worker channels that the layer knows of.
	 */
	Set<ChannelName> workerChannels() {
		return this.workers.names();
	}

	private static void requireWorkerChannel(ChannelName channel) {
		Assert.isTrue(!channel.isConnection(), () -> "Channel '" + channel + "' is a connection's");
	}

	private static CompletionStage<Void> full(ChannelName channel, int capacity) {
		return CompletableFuture.failedStage(new ChannelFullException(channel.value(), capacity));
	}

}
