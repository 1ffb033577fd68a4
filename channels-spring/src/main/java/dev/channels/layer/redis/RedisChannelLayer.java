package dev.channels.layer.redis;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
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

	private final RedisLayerSettings settings;

	private final RedisNames names;

	private final EventCodec codec;

	private final LocalDelivery local;

	private final Callbacks callbacks;

	private final String node = UUID.randomUUID().toString().replace("-", "");

	private final AtomicLong lastLocal = new AtomicLong();

	private final RedisClients clients;

	private final LayerThreads threads = new LayerThreads();

	private final Subscriptions subscriptions = new Subscriptions(System::nanoTime);

	private final RedisLink link;

	private final GroupRegistry registry;

	private final NodeDuties duties;

	private final GroupSubscriptions groups;

	private final LayerFlush flush;

	private final SendWindows windows;

	private final EventPublisher publisher;

	private final GroupMembers members;

	private final RedisWorkerChannels workers;

	/**
	 * Create a layer; {@link #start()} connects it.
	 * @param settings the settings
	 * @param codec writes and reads events
	 * @param local delivers, to nobody else's channels
	 * @param drops where to count what is dropped
	 * @param application says where Redis is; the layer opens connections of its own
	 * @param callbacks completes stages and calls the listener, where both may block
	 * @param listener told of gaps and of nodes that are gone
	 * @throws IllegalArgumentException if the layer cannot work with such servers
	 */
	public RedisChannelLayer(RedisLayerSettings settings, EventCodec codec, LocalDelivery local, DropCounter drops,
			LettuceConnectionFactory application, Executor callbacks, RedisLayerListener listener) {
		this.settings = settings;
		this.names = new RedisNames(settings.prefix());
		this.codec = codec;
		this.local = local;
		this.callbacks = new Callbacks(callbacks);
		this.clients = new RedisClients(application);
		PubSubMode mode = mode();
		RedisLayerListener told = new CallbackListener(listener, this.callbacks);
		EventReceiver receiver = new EventReceiver(this.names, this.node, codec, local, drops, this::isReplaced,
				this::receivedByNode);
		this.link = new RedisLink(this.clients, this.names.nodeChannel(this.node), mode, this.subscriptions,
				receiver::received, this.threads.maintenance(), this.threads.helper(), (gap) -> connected(gap, told));
		CommandSender redis = this.link.commands();
		NodeLease lease = new NodeLease(redis, this.names, this.node, settings.nodeLease());
		this.registry = new GroupRegistry(redis, this.names, local, lease, this.node, settings.limits().groupExpiry(),
				this.threads.registry());
		this.groups = new GroupSubscriptions(this.names, local, this.subscriptions, this.registry, redis);
		this.flush = new LayerFlush(redis, this.names, this.node, codec, mode);
		NodeReaper reaper = new NodeReaper(redis, this.names, this.node, this.threads.helper(), told);
		this.duties = new NodeDuties(redis, this.link::connectedTimes, this.link::isConnected, lease, this.registry,
				reaper, this.threads.maintenance());
		this.windows = new SendWindows(redis, this.threads.helper());
		this.publisher = new EventPublisher(redis, this.windows, this.names, this.node, mode, codec, local, drops,
				this.callbacks);
		this.members = new GroupMembers(redis, this.names);
		this.workers = workers(redis, drops);
	}

	private RedisWorkerChannels workers(CommandSender redis, DropCounter drops) {
		LayerSettings limits = this.settings.limits();
		ScheduledExecutorService timer = this.threads.workers();
		WorkerEvents events = new WorkerEvents(this.codec, this.local);
		ExpiryWatch expiry = new ExpiryWatch(limits.workerExpiry(), drops, timer);
		return new RedisWorkerChannels((channel) -> new EventStream(redis, this.names, channel, this.node),
				(stream) -> new RedisWorkerChannel(stream,
						new StreamReader(this.clients::openWaiting, this.threads.helper()), events, expiry, drops,
						timer, this.settings.claimTimeout()),
				limits, events, expiry, this.callbacks);
	}

	private PubSubMode mode() {
		if (!this.settings.shardedPubSub()) {
			return this.clients.isCluster() ? PubSubMode.CLUSTER : PubSubMode.SINGLE;
		}
		if (!this.clients.isCluster()) {
			this.clients.close();
			this.threads.close();
			throw new IllegalArgumentException(
					"sharded-pubsub needs a Redis Cluster (spring.data.redis.cluster.nodes)");
		}
		return PubSubMode.SHARDED;
	}

	/**
	 * Connect. What is asked of the layer before fails, except joins, which are made up
	 * for.
	 * @return completes when it is connected, or after about three seconds with a
	 * failure. The layer goes on trying
	 */
	public CompletionStage<Void> start() {
		CompletionStage<Void> started = this.link.start();
		this.duties.start();
		return started;
	}

	/**
	 * Whether this node is connected to Redis and all its subscriptions are there. May be
	 * called by any thread.
	 * @return {@code false} before that, while a gap lasts, and when the layer is closed
	 */
	public boolean isConnected() {
		return this.link.isConnected();
	}

	/**
	 * Whether events of this layer and of another one cannot cross. They do if both are
	 * on one Redis with one prefix, whatever the number of the database.
	 * @param other a layer of the same application
	 * @return {@code true} if they are apart
	 */
	public boolean isApartFrom(RedisChannelLayer other) {
		return !this.settings.prefix().equals(other.settings.prefix())
				|| Collections.disjoint(this.clients.nodes(), other.clients.nodes());
	}

	/**
	 * Return where Redis is, for messages: without credentials.
	 * @return hosts and ports
	 */
	public String servers() {
		return this.clients.servers();
	}

	/**
	 * Return the part of the names of this node's connections that tells the node.
	 * @return 32 hexadecimal digits
	 */
	public String node() {
		return this.node;
	}

	@Override
	public EventCodec codec() {
		return this.codec;
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
		byte[] bytes = this.codec.write(event);
		return this.windows.send(this.names.workerKey(channel), bytes.length, () -> this.workers.send(channel, bytes));
	}

	@Override
	public CompletionStage<Void> groupSend(GroupName group, LayerEvent event) {
		return this.publisher.toGroup(group, event);
	}

	@Override
	public CompletionStage<Void> groupAdd(GroupName group, ChannelName channel) {
		return this.callbacks.complete(this.groups.add(group, channel));
	}

	@Override
	public CompletionStage<Void> groupDiscard(GroupName group, ChannelName channel) {
		return this.callbacks.complete(this.groups.discard(group, channel));
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
				this.groups.forgetAll();
				this.flush.run();
			}, this.threads.helper()));
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedStage(new ChannelLayerException("The layer is closed", ex));
		}
	}

	@Override
	public void close() {
		this.local.clearGroups();
		if (this.link.commands().isOpen()) {
			awaitWorkers();
			this.registry.close();
		}
		this.threads.close();
		this.link.close();
		this.clients.close();
	}

	private void awaitWorkers() {
		try {
			RedisCalls.await(this.workers.whenLeft());
		}
		catch (ChannelLayerException ex) {
			logger.info("Events of worker channels could not be given back, others take them over later: "
					+ ex.getMessage());
		}
	}

	private void connected(@Nullable Duration gap, RedisLayerListener listener) {
		this.duties.perform();
		this.registry.writeSoon();
		if (gap != null) {
			listener.gapEnded(gap);
		}
	}

	private boolean isReplaced(String master) {
		return this.link.isReplaced(master);
	}

	private void receivedByNode(LayerEvent event) {
		if (this.flush.isRequest(event)) {
			this.groups.forgetAll();
			this.flush.answer(event);
		}
		else {
			this.flush.answered(event);
		}
	}

}
