package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.channels.ChannelLayerException;
import dev.channels.DeadLetter;
import dev.channels.GroupAddress;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.WorkerSubscription;
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

	private final Callbacks callbacks;

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

	private final EventPublisher publisher;

	private final GroupMembers members;

	private final RedisWorkerChannels workers;

	/**
	 * For which time of being connected the registry was restored; on the maintenance
	 * thread.
	 */
	private long restoredFor = -1;

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
		this.callbacks = new Callbacks(callbacks);
		this.listener = listener;
		this.clients = new RedisClients(application);
		if (settings.shardedPubSub() && !this.clients.isCluster()) {
			this.clients.close();
			throw new IllegalArgumentException(
					"sharded-pubsub needs a Redis Cluster (spring.data.redis.cluster.nodes)");
		}
		this.maintenance = new ScheduledThreadPoolExecutor(1, (task) -> thread(task, "maintenance"));
		this.maintenance.setRemoveOnCancelPolicy(true);
		this.maintenance.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.writer = Executors.newSingleThreadExecutor((task) -> thread(task, "registry"));
		this.helper = Executors.newCachedThreadPool((task) -> thread(task, "helper"));
		EventReceiver receiver = new EventReceiver(this.names, this.node, codec, local, drops, this::isReplaced,
				this::receivedByNode);
		this.link = new RedisLink(this.clients, this.names.nodeChannel(this.node), settings.shardedPubSub(),
				this.subscriptions, receiver::received, this.maintenance, this::connected);
		this.lease = new NodeLease(this.link, this.names, this.node, settings.nodeLease());
		this.registry = new GroupRegistry(this.link, this.names, local, this.lease, this.node,
				settings.limits().groupExpiry(), this.writer);
		this.flush = new LayerFlush(this.link, this.names, this.node, codec, settings.shardedPubSub());
		this.reaper = new NodeReaper(this.link, this.names, this.node, this.helper, listener);
		this.publisher = new EventPublisher(this.link, this.names, this.node, topology(), codec, local, drops,
				this.callbacks);
		this.members = new GroupMembers(this.link, this.names);
		this.workers = workers(drops);
	}

	private RedisWorkerChannels workers(DropCounter drops) {
		LayerSettings limits = this.settings.limits();
		WorkerEvents events = new WorkerEvents(this.codec, this.local);
		ExpiryWatch expiry = new ExpiryWatch(limits.workerExpiry(), drops, this.maintenance);
		return new RedisWorkerChannels((channel) -> new EventStream(this.link, this.names, channel, this.node),
				(stream) -> new RedisWorkerChannel(stream, new StreamReader(this.clients::openWaiting, this.helper),
						events, expiry, drops, this.maintenance, this.settings.claimTimeout()),
				limits, events, expiry, this.callbacks);
	}

	private EventPublisher.Topology topology() {
		if (this.settings.shardedPubSub()) {
			return EventPublisher.Topology.SHARDED_CLUSTER;
		}
		return this.clients.isCluster() ? EventPublisher.Topology.CLUSTER : EventPublisher.Topology.SINGLE;
	}

	private static Thread thread(Runnable task, String name) {
		Thread thread = new Thread(task, "channels-redis-" + name);
		thread.setDaemon(true);
		return thread;
	}

	/**
	 * Connect. What is asked of the layer before fails, except joins, which are made up
	 * for.
	 * @return completes when it is connected, or after about three seconds with a
	 * failure. The layer goes on trying
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
			return this.publisher.toConnection(channel, event);
		}
		if (this.names.isDjangoConnection(channel)) {
			return this.publisher.toDjangoConnection(channel, event);
		}
		return this.workers.send(channel, this.codec.write(event));
	}

	@Override
	public CompletionStage<Void> groupSend(GroupName group, LayerEvent event) {
		return this.publisher.toGroup(group, event);
	}

	@Override
	public CompletionStage<Void> groupAdd(GroupName name, ChannelName channel) {
		GroupName group = this.names.hidden(name);
		this.local.join(group, channel);
		CompletionStage<Void> subscribed = this.subscriptions.want(this.names.channelOf(group));
		// a registry that cannot be written now is written later, events arrive all the
		// same
		CompletionStage<?> registered = this.registry.changed(group, channel).handle((result, failure) -> null);
		return this.callbacks.complete(subscribed.thenCombine(registered, (first, second) -> first));
	}

	@Override
	public CompletionStage<Void> groupDiscard(GroupName name, ChannelName channel) {
		GroupName group = this.names.hidden(name);
		if (this.local.leave(group, channel)) {
			forget(group);
		}
		return this.callbacks.complete(this.registry.changed(group, channel));
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
		return this.callbacks.complete(this.members.count(name));
	}

	@Override
	public CompletionStage<GroupAddress.Page> groupMembers(GroupName name, @Nullable String cursor, int limit) {
		return this.callbacks.complete(this.members.page(name, cursor, limit));
	}

	@Override
	public ChannelName newChannel() {
		return ChannelName.ofConnection(this.node, Long.toString(this.lastLocal.incrementAndGet(), 36));
	}

	@Override
	public CompletionStage<Void> subscribe(ChannelName channel, Consumer<Delivery> receiver) {
		this.local.subscribe(channel, receiver);
		return this.settings.djangoInterop() ? this.callbacks.complete(this.subscriptions.want(channel.value()))
				: CompletableFuture.completedStage(null);
	}

	@Override
	public void unsubscribe(ChannelName channel) {
		this.local.unsubscribe(channel);
		if (this.settings.djangoInterop()) {
			this.subscriptions.unwant(channel.value());
		}
	}

	@Override
	public WorkerSubscription work(ChannelName channel, RetryPolicy retry,
			Function<SharedEvent, CompletionStage<?>> worker) {
		Assert.isTrue(!isConnection(channel), () -> "Channel '" + channel + "' is a connection's");
		return this.workers.work(channel, retry, worker);
	}

	@Override
	public CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit) {
		return this.workers.deadLetters(channel, limit);
	}

	@Override
	public CompletionStage<Long> redeliver(ChannelName channel, @Nullable String id) {
		return this.workers.redeliver(channel, id);
	}

	@Override
	public CompletionStage<Long> discard(ChannelName channel, @Nullable String id) {
		return this.workers.discard(channel, id);
	}

	@Override
	public CompletionStage<Void> flush() {
		try {
			return this.callbacks.complete(CompletableFuture.runAsync(() -> {
				forgetGroups();
				this.flush.run();
			}, this.helper));
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedStage(new ChannelLayerException("The layer is closed", ex));
		}
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
			RedisLink.await(this.workers.whenLeft());
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

	private boolean isReplaced(String master) {
		return this.link.isReplaced(master);
	}

	private void receivedByNode(LayerEvent event) {
		if (this.flush.isRequest(event)) {
			forgetGroups();
			this.flush.answer(event);
		}
		else {
			this.flush.answered(event);
		}
	}

	private void forgetGroups() {
		List<GroupName> groups = new ArrayList<>(this.local.groups());
		this.local.clearGroups();
		groups.forEach(this::forget);
		this.registry.clear();
	}

}
