package dev.channels.layer.redis;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.channels.ChannelFullException;
import dev.channels.ChannelLayerException;
import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.GroupAddress;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.UndecodableEventException;
import dev.channels.layer.WorkerSubscription;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.util.Assert;

/**
 * The layer between nodes. Events of groups go through Redis pub/sub, also those for
 * members of this node, so that all nodes see one order; events for worker channels
 * through streams. Who is a member is kept on each node, and in a registry in Redis for
 * those who ask.
 * <p>
 * Events are delivered on an I/O thread of the Redis client, which does nothing but
 * decode them and put them into mailboxes. Stages complete on the executor that the layer
 * was given.
 *
 * @since 0.1.0
 */
public final class RedisChannelLayer implements ChannelLayer {

	private static final Log logger = LogFactory.getLog(RedisChannelLayer.class);

	private static final Duration HEARTBEAT = Duration.ofSeconds(1);

	private final RedisLayerSettings settings;

	private final RedisNames names;

	private final EventCodec codec;

	private final LocalDelivery local;

	private final DropCounter drops;

	private final Executor callbacks;

	private final RedisLayerListener listener;

	private final String node = UUID.randomUUID().toString().replace("-", "");

	private final AtomicLong lastLocal = new AtomicLong();

	private final RedisClients clients;

	private final ScheduledThreadPoolExecutor maintenance;

	/** Blocks while it writes to the registry. */
	private final ExecutorService writer;

	/** Blocks while it removes other nodes, and while it opens connections. */
	private final ExecutorService helper;

	private final Subscriptions subscriptions = new Subscriptions(System::nanoTime);

	private final RedisLink link;

	private final NodeLease lease;

	private final GroupRegistry registry;

	private final NodeReaper reaper;

	private final LayerFlush flush;

	/**
	 * For which time of being connected the registry was restored; on the maintenance
	 * thread.
	 */
	private long restoredFor = -1;

	private final Map<ChannelName, RedisWorkerChannel> workerChannels = new ConcurrentHashMap<>();

	/**
	 * Create a layer; {@link #start()} connects it.
	 * @param settings the settings
	 * @param codec writes and reads events
	 * @param local delivers, to nobody else's channels
	 * @param drops where to count what is dropped
	 * @param application says where Redis is; the layer opens connections of its own
	 * @param callbacks completes stages, where callers may block
	 * @param listener told of gaps and of nodes that are gone
	 */
	public RedisChannelLayer(RedisLayerSettings settings, EventCodec codec, LocalDelivery local, DropCounter drops,
			LettuceConnectionFactory application, Executor callbacks, RedisLayerListener listener) {
		this.settings = settings;
		this.names = new RedisNames(settings.prefix());
		this.codec = codec;
		this.local = local;
		this.drops = drops;
		this.callbacks = callbacks;
		this.listener = listener;
		this.clients = new RedisClients(application);
		Assert.isTrue(this.clients.isCluster() || !settings.shardedPubSub(),
				"sharded-pubsub needs a Redis Cluster (spring.data.redis.cluster.nodes)");
		this.maintenance = new ScheduledThreadPoolExecutor(1, (task) -> thread(task, "maintenance"));
		this.maintenance.setRemoveOnCancelPolicy(true);
		this.maintenance.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.writer = Executors.newSingleThreadExecutor((task) -> thread(task, "registry"));
		this.helper = Executors.newCachedThreadPool((task) -> thread(task, "helper"));
		this.link = new RedisLink(this.clients, this.names.nodeChannel(this.node), settings.shardedPubSub(),
				this.subscriptions, this::received, this.maintenance, this::connected);
		this.lease = new NodeLease(this.link, this.names, this.node, settings.nodeLease());
		this.registry = new GroupRegistry(this.link, this.names, local, this.lease, this.node,
				settings.limits().groupExpiry(), this.writer);
		this.flush = new LayerFlush(this.link, this.names, this.node, codec, settings.shardedPubSub());
		this.reaper = new NodeReaper(this.link, this.names, this.node, this.helper, listener);
	}

	private static Thread thread(Runnable task, String name) {
		Thread thread = new Thread(task, "channels-redis-" + name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Connect. What is asked of the layer before fails, except joins, which are made up
	 * for.
	 * @return completes after the first attempt, with a failure if Redis is not there.
	 * The layer goes on trying
	 */
	public CompletionStage<Void> start() {
		CompletionStage<Void> started = this.link.start();
		this.maintenance.scheduleAtFixedRate(this::heartbeat, HEARTBEAT.toNanos(), HEARTBEAT.toNanos(),
				TimeUnit.NANOSECONDS);
		return started;
	}

	/**
	 * Return the part of the names of this node's connections that tells the node.
	 * @return 32 hexadecimal digits
	 */
	public String node() {
		return this.node;
	}

	@Override
	public boolean isConnection(ChannelName channel) {
		return channel.isConnection() || this.names.isDjangoConnection(channel);
	}

	@Override
	public CompletionStage<Void> send(ChannelName channel, LayerEvent event) {
		if (channel.isConnection()) {
			return sendToConnection(channel, event);
		}
		if (this.names.isDjangoConnection(channel)) {
			return publish(channel.value(), event, channel);
		}
		int capacity = this.settings.limits().capacityOf(channel);
		CompletionStage<EventStream.Added> added = stream(channel).add(this.codec.write(event), capacity,
				this.settings.limits().workerExpiry().toMillis());
		return then(added, (result) -> {
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

	private CompletionStage<Void> sendToConnection(ChannelName channel, LayerEvent event) {
		String owner = channel.node();
		if (!owner.equals(this.node)) {
			return publish(this.names.nodeChannel(owner), event.with(LayerEvent.TO, channel.value()), channel);
		}
		return switch (this.local.deliver(channel, this.codec.read(this.codec.write(event)))) {
			case TAKEN -> CompletableFuture.completedStage(null);
			case FULL -> CompletableFuture
				.failedStage(new ChannelFullException(channel.value(), this.local.capacityOf(channel)));
			case NO_RECEIVER -> {
				this.drops.dropped(DropReason.NO_RECEIVER, event + " for " + channel);
				yield CompletableFuture.completedStage(null);
			}
		};
	}

	@Override
	public CompletionStage<Void> groupSend(GroupName group, LayerEvent event) {
		// also for members of this node: delivered at once, it would overtake others
		return publish(this.names.channelOf(this.names.hidden(group)), event, null);
	}

	/**
	 * @param receiver the one connection that it is for, {@code null} for a group
	 */
	private CompletionStage<Void> publish(String redisChannel, LayerEvent event, @Nullable ChannelName receiver) {
		boolean django = receiver != null && !receiver.isConnection();
		String master = django ? null : this.link.masterOf(redisChannel);
		byte[] bytes = this.codec.write((master != null) ? event.with(LayerEvent.VIA, master) : event);
		// what Django subscribes to is never sharded
		boolean sharded = this.settings.shardedPubSub() && !django;
		CompletionStage<Long> published = this.link.send(
				(commands) -> sharded ? commands.spublish(redisChannel, bytes) : commands.publish(redisChannel, bytes));
		return then(published, (receivers) -> {
			// a node of a cluster only knows its own receivers
			if (receiver != null && receivers == 0 && (sharded || !this.clients.isCluster())) {
				this.drops.dropped(DropReason.NO_RECEIVER, event + " for " + receiver);
			}
			return null;
		});
	}

	@Override
	public CompletionStage<Void> groupAdd(GroupName name, ChannelName channel) {
		GroupName group = this.names.hidden(name);
		this.local.join(group, channel);
		CompletionStage<Void> subscribed = this.subscriptions.want(this.names.channelOf(group));
		// a registry that cannot be written now is written later, events arrive all the
		// same
		CompletionStage<?> registered = this.registry.changed(group, channel).handle((result, failure) -> null);
		return onCallbacks(subscribed.thenCombine(registered, (first, second) -> first));
	}

	@Override
	public CompletionStage<Void> groupDiscard(GroupName name, ChannelName channel) {
		GroupName group = this.names.hidden(name);
		if (this.local.leave(group, channel)) {
			forget(group);
		}
		return onCallbacks(this.registry.changed(group, channel));
	}

	/**
	 * The group has no member here, unless one joins at this moment.
	 */
	private void forget(GroupName group) {
		String redisChannel = this.names.channelOf(group);
		this.subscriptions.unwantUnless(redisChannel, () -> !this.local.members(group).isEmpty());
	}

	@Override
	public CompletionStage<Long> groupSize(GroupName name) {
		String key = this.names.membersKey(this.names.hidden(name));
		return onCallbacks(this.link.send((commands) -> commands.zcard(key)));
	}

	@Override
	public CompletionStage<GroupAddress.Page> groupMembers(GroupName name, @Nullable String cursor, int limit) {
		Assert.isTrue(limit > 0, () -> "limit must be positive, not " + limit);
		ScanCursor from = (cursor != null) ? ScanCursor.of(cursor) : ScanCursor.INITIAL;
		return onCallbacks(page(this.names.membersKey(this.names.hidden(name)), from, limit, new ArrayList<>()));
	}

	private CompletionStage<GroupAddress.Page> page(String key, ScanCursor from, int limit, List<String> members) {
		return this.link.send((commands) -> commands.zscan(key, from, ScanArgs.Builder.limit(limit - members.size())))
			.thenCompose((scanned) -> {
				scanned.getValues().forEach((member) -> members.add(Script.text(member.getValue())));
				if (scanned.isFinished() || members.size() >= limit) {
					String next = scanned.isFinished() ? null : scanned.getCursor();
					return CompletableFuture.completedStage(new GroupAddress.Page(List.copyOf(members), next));
				}
				return page(key, scanned, limit, members);
			});
	}

	@Override
	public ChannelName newChannel() {
		return ChannelName.ofConnection(this.node, Long.toString(this.lastLocal.incrementAndGet(), 36));
	}

	@Override
	public CompletionStage<Void> subscribe(ChannelName channel, Consumer<Delivery> receiver) {
		this.local.subscribe(channel, receiver);
		return this.settings.djangoInterop() ? onCallbacks(this.subscriptions.want(channel.value()))
				: CompletableFuture.completedStage(null);
	}

	@Override
	public void unsubscribe(ChannelName channel) {
		this.local.unsubscribe(channel);
		if (this.settings.djangoInterop()) {
			this.subscriptions.unwantUnless(channel.value(), () -> false);
		}
	}

	@Override
	public WorkerSubscription work(ChannelName channel, RetryPolicy retry,
			Function<SharedEvent, CompletionStage<?>> worker) {
		Assert.isTrue(!isConnection(channel), () -> "Channel '" + channel + "' is a connection's");
		return this.workerChannels
			.computeIfAbsent(channel, (name) -> new RedisWorkerChannel(name.value(), stream(name),
					new StreamReader(this.clients, this.helper), (bytes) -> this.local.share(this.codec.read(bytes)),
					this.drops, this.maintenance, this.settings.claimTimeout()))
			.work(retry, worker);
	}

	@Override
	public CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit) {
		return onCallbacks(stream(channel).deadLetters(limit)
			.thenApply((letters) -> letters.stream().map(this::deadLetter).toList()));
	}

	private DeadLetter deadLetter(Map<String, byte[]> fields) {
		byte[] bytes = fields.getOrDefault("event", new byte[0]);
		Event event;
		try {
			SharedEvent shared = this.local.share(this.codec.read(bytes));
			event = (Event) shared.payload(Event.class);
		}
		catch (UndecodableEventException ex) {
			event = new Event("channels.undecodable", Map.of("base64", Base64.getEncoder().encodeToString(bytes)));
		}
		return new DeadLetter(event, Integer.parseInt(EventStream.text(fields.get("attempts"))),
				EventStream.text(fields.get("error")),
				Instant.ofEpochMilli(Long.parseLong(EventStream.text(fields.get("time")))));
	}

	@Override
	public CompletionStage<Void> flush() {
		CompletableFuture<Void> result = new CompletableFuture<>();
		this.helper.execute(() -> {
			try {
				forgetGroups();
				this.flush.run();
				this.callbacks.execute(() -> result.complete(null));
			}
			catch (RuntimeException ex) {
				result.completeExceptionally(RedisLink.failed(ex));
			}
		});
		return result;
	}

	@Override
	public void close() {
		this.local.clearGroups();
		if (this.link.isOpen()) {
			awaitWorkers();
			this.registry.close();
		}
		this.maintenance.shutdownNow();
		this.writer.shutdown();
		this.helper.shutdown();
		this.link.close();
		this.clients.close();
	}

	private void awaitWorkers() {
		try {
			RedisLink.await(CompletableFuture.allOf(this.workerChannels.values()
				.stream()
				.map((channel) -> channel.whenLeft().toCompletableFuture())
				.toArray(CompletableFuture<?>[]::new)));
		}
		catch (ChannelLayerException ex) {
			logger.info("Events of worker channels could not be given back, others take them over later: "
					+ ex.getMessage());
		}
	}

	private void connected(@Nullable Duration gap) {
		heartbeat();
		if (gap != null) {
			this.listener.gapEnded(gap);
		}
	}

	private void heartbeat() {
		if (!this.link.isOpen()) {
			return;
		}
		long before = this.link.connectedTimes();
		this.lease.beat().whenCompleteAsync((beat, failure) -> {
			if (failure != null) {
				logger.debug("No heartbeat", failure);
				return;
			}
			if (!beat.held() || this.restoredFor != before) {
				this.restoredFor = before;
				this.registry.restore();
			}
			this.registry.refresh();
			beat.dead().forEach(this.reaper::reap);
		}, this::onMaintenance);
	}

	private void onMaintenance(Runnable task) {
		try {
			this.maintenance.execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed");
		}
	}

	private void received(String redisChannel, byte[] message) {
		LayerEvent event;
		try {
			event = this.codec.read(message);
		}
		catch (UndecodableEventException ex) {
			this.drops.dropped(DropReason.UNDECODABLE, ex.getMessage() + " on Redis channel " + redisChannel);
			return;
		}
		if (event.controls().get(LayerEvent.VIA) instanceof String master && this.link.isReplaced(master)) {
			this.drops.dropped(DropReason.LATE, event + " by way of " + master);
			return;
		}
		if (redisChannel.equals(this.names.nodeChannel(this.node))) {
			receivedByNode(event);
			return;
		}
		GroupName group = this.names.groupOfChannel(redisChannel);
		if (group != null) {
			this.local.deliver(group, event);
		}
		else {
			deliver(ChannelName.of(redisChannel), event);
		}
	}

	private void receivedByNode(LayerEvent event) {
		if (event.controls().get(LayerEvent.TO) instanceof String channel) {
			deliver(ChannelName.of(channel), event);
		}
		else if (this.flush.isRequest(event)) {
			forgetGroups();
			this.flush.answer(event);
		}
		else {
			this.flush.answered(event);
		}
	}

	private void deliver(ChannelName channel, LayerEvent event) {
		switch (this.local.deliver(channel, event)) {
			case FULL -> this.drops.dropped(DropReason.CAPACITY, event + " for " + channel);
			case NO_RECEIVER -> this.drops.dropped(DropReason.NO_RECEIVER, event + " for " + channel);
			case TAKEN -> {
			}
		}
	}

	private void forgetGroups() {
		List<GroupName> groups = new ArrayList<>(this.local.groups());
		this.local.clearGroups();
		groups.forEach(this::forget);
		this.registry.clear();
	}

	private EventStream stream(ChannelName channel) {
		return new EventStream(this.link, this.names, channel, this.node);
	}

	private <T> CompletionStage<T> onCallbacks(CompletionStage<T> stage) {
		CompletableFuture<T> future = stage.toCompletableFuture();
		return (future.isDone() && !future.isCompletedExceptionally()) ? stage : then(stage, Function.identity());
	}

	/**
	 * Go on where the application may block.
	 */
	private <T, R> CompletionStage<R> then(CompletionStage<T> stage, Function<T, R> next) {
		CompletableFuture<R> result = new CompletableFuture<>();
		stage.whenComplete((value, failure) -> {
			Runnable completion = () -> {
				try {
					if (failure != null) {
						throw RedisLink.failed(failure);
					}
					result.complete(next.apply(value));
				}
				catch (RuntimeException ex) {
					result.completeExceptionally(ex);
				}
			};
			try {
				this.callbacks.execute(completion);
			}
			catch (RejectedExecutionException ex) {
				// the application ends
				completion.run();
			}
		});
		return result;
	}

}
