package dev.channels.layer.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;

import dev.channels.ChannelLayerException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a node to Redis, kept alive: the client reconnects by itself what was
 * cut, and what is frozen is noticed by probes, messages to the node itself through each
 * master. If none comes back for two seconds, everything is closed and opened anew, which
 * also finds the new master after a failover. If only some masters of a cluster are
 * silent, the cluster is asked each second who has taken their place.
 * <p>
 * A gap begins when any subscription or any master is lost, for an event on its way there
 * may be lost with it, and ends when all is complete again.
 * <p>
 * Opening blocks and runs on the maintenance thread, where all fields but the volatile
 * ones live.
 */
final class RedisLink implements CommandSender, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisLink.class);

	private static final Duration TICK = Duration.ofMillis(250);

	private static final Duration GAP_TICK = Duration.ofMillis(20);

	private static final long PROBE_INTERVAL = Duration.ofMillis(500).toNanos();

	private static final long PROBE_DEADLINE = Duration.ofSeconds(2).toNanos();

	private static final long START_PATIENCE = Duration.ofSeconds(3).toNanos();

	private static final long LATE_TICK = Duration.ofSeconds(1).toNanos();

	private static final long START = System.nanoTime();

	/** How long to leave it to a cluster to replace a silent master. */
	private static final long REPLACEMENT = Duration.ofSeconds(10).toNanos();

	private static final long TOPOLOGY_REFRESH = Duration.ofSeconds(1).toNanos();

	private final RedisClients clients;

	private final String probeChannel;

	private final boolean sharded;

	private final Subscriptions subscriptions;

	private final BiConsumer<String, byte[]> messages;

	private final ScheduledExecutorService maintenance;

	private final Listener listener;

	private final RedisProblems problems;

	/** Coalesces what the client and Redis tell us into one look at everything. */
	private final AtomicBoolean checkQueued = new AtomicBoolean();

	private volatile @Nullable RedisSession session;

	private final Probes probes = new Probes(2 * PROBE_INTERVAL);

	private final AbandonedConnections abandoned = new AbandonedConnections();

	private final AtomicBoolean refreshing = new AtomicBoolean();

	/**
	 * What Redis refused of late, which says more than that nothing comes, or that it has
	 * closed the connection.
	 */
	private volatile @Nullable Throwable refusal;

	private long openedAt;

	private volatile long lastRefresh;

	private long lastProbe;

	private long lastTick;

	/** When the gap was noticed, or zero; guarded by {@link #checkQueued} to be set. */
	private volatile long gapSince;

	/** When the gap may have begun; written before it is noticed. */
	private volatile long gapFrom;

	/** How often the node became connected. */
	private volatile long connectedTimes;

	private final CompletableFuture<Void> firstAttempt = new CompletableFuture<>();

	private volatile boolean closed;

	RedisLink(RedisClients clients, String probeChannel, boolean sharded, Subscriptions subscriptions,
			BiConsumer<String, byte[]> messages, ScheduledExecutorService maintenance, Listener listener) {
		this.clients = clients;
		this.probeChannel = probeChannel;
		this.sharded = sharded;
		this.subscriptions = subscriptions;
		this.messages = messages;
		this.maintenance = maintenance;
		this.listener = listener;
		this.problems = new RedisProblems(clients.servers());
	}

	/**
	 * Connect now and for ever.
	 * @return completes when the node is connected and subscribed, with a failure if
	 * there is no Redis in the first seconds
	 */
	CompletionStage<Void> start() {
		this.subscriptions.want(this.probeChannel);
		this.maintenance.execute(() -> {
			this.gapFrom = now();
			this.gapSince = this.gapFrom;
			try {
				open();
			}
			catch (RuntimeException ex) {
				notYet(ex);
			}
		});
		onMaintenance(this::tickForEver);
		return this.firstAttempt;
	}

	private void tickForEver() {
		tick();
		Duration next = (this.gapSince != 0 && this.session != null) ? GAP_TICK : TICK;
		try {
			this.maintenance.schedule(this::tickForEver, next.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed");
		}
	}

	/**
	 * The node is not connected. Say so once, but not before the client had time to warm
	 * up, which takes more than a second where many applications start at once.
	 */
	private void notYet(Throwable failure) {
		if (RedisProblems.isRefusal(failure)) {
			this.refusal = failure;
		}
		if (this.connectedTimes != 0 || now() - this.gapSince < START_PATIENCE) {
			return;
		}
		Throwable refusal = this.refusal;
		Throwable told = (refusal != null) ? refusal : failure;
		String reason = RedisProblems.reasonOf(told);
		if (this.firstAttempt
			.completeExceptionally(new ChannelLayerException(this.clients.servers() + ": " + reason, told))) {
			logger.warn("There is no connection to Redis at " + this.clients.servers() + " yet (" + reason
					+ "). Clients can connect, sends fail and events reach nobody until there is one");
		}
	}

	@Override
	public boolean isOpen() {
		return this.session != null;
	}

	@Override
	public @Nullable String masterOf(String channel) {
		RedisSession session = this.session;
		return (session != null) ? session.masterOf(channel) : null;
	}

	/**
	 * Whether this was a master of the cluster until it failed and another one took its
	 * place. If it was frozen it may still send on what it got long ago.
	 */
	boolean isReplaced(String master) {
		return this.probes.isReplaced(master);
	}

	/**
	 * Return how often the node became connected: what was written to Redis before that
	 * changes may be lost.
	 */
	long connectedTimes() {
		return this.connectedTimes;
	}

	/**
	 * Whether nothing is lost at this moment, as far as is known.
	 */
	boolean isSound() {
		return this.gapSince == 0;
	}

	@Override
	public <T> CompletionStage<T> send(
			Function<RedisClusterAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
		RedisSession session = this.session;
		if (session == null) {
			return CompletableFuture.failedStage(new ChannelLayerException("Redis is not connected"));
		}
		CompletionStage<T> sent;
		try {
			sent = command.apply(session.commands());
		}
		catch (RuntimeException ex) {
			return CompletableFuture.failedStage(failed(ex));
		}
		CompletableFuture<T> result = new CompletableFuture<>();
		sent.whenComplete((value, failure) -> {
			if (failure != null) {
				this.problems.commandFailed(failure);
				result.completeExceptionally(failed(failure));
			}
			else {
				result.complete(value);
			}
		});
		return result;
	}

	/**
	 * Wait for a command; not for use on an I/O thread.
	 * @throws ChannelLayerException if it fails
	 */
	static <T> T await(CompletionStage<T> stage) {
		try {
			return stage.toCompletableFuture().get(RedisClients.COMMAND_TIMEOUT.toNanos() * 2, TimeUnit.NANOSECONDS);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw failed(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failed(ex);
		}
	}

	/**
	 * Look at everything soon.
	 */
	private void checkSoon() {
		if (!this.closed && this.checkQueued.compareAndSet(false, true)) {
			onMaintenance(this::tick);
		}
	}

	private void onMaintenance(Runnable task) {
		try {
			this.maintenance.execute(task);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed");
		}
	}

	private void tick() {
		this.checkQueued.set(false);
		if (this.closed) {
			return;
		}
		try {
			if (this.session == null) {
				open();
			}
			else {
				listen();
			}
			long interval = (this.gapSince != 0) ? GAP_TICK.toNanos() : PROBE_INTERVAL;
			RedisSession session = (now() - this.lastProbe >= interval) ? this.session : null;
			if (session != null) {
				session.listening().check();
			}
			this.subscriptions.check();
			if (this.gapSince != 0 && isBack()) {
				gapEnded();
			}
			if (session != null) {
				probe(session);
			}
		}
		catch (RuntimeException ex) {
			logger.debug("Redis is not there yet", ex);
			notYet(ex);
		}
	}

	private void open() {
		RedisSession opened = this.clients.open(this.sharded, this.subscriptions, new Events());
		try {
			this.abandoned.end(opened.commands());
		}
		catch (ChannelLayerException ex) {
			opened.close();
			throw ex;
		}
		this.problems.checkVersion(opened.commands());
		this.probes.begin(now());
		this.session = opened;
		this.openedAt = now();
		if (this.closed) {
			// it took so long that nobody waited for it
			abandon();
			return;
		}
		opened.listening().open();
	}

	private void abandon() {
		RedisSession session = this.session;
		this.session = null;
		if (session != null) {
			String client = session.client();
			if (client != null) {
				this.abandoned.add(client);
			}
			session.close();
		}
	}

	/**
	 * Do something about masters that do not let a probe through.
	 */
	private void listen() {
		long now = now();
		boolean late = now - this.lastTick > LATE_TICK;
		this.lastTick = now;
		// after a pause of this process nobody can know
		List<String> silent = late ? List.of() : this.probes.silentSince(now - PROBE_INTERVAL - PROBE_DEADLINE);
		if (!silent.isEmpty()) {
			gapBegan("No answer from " + silent, this.probes.lastSign(silent));
			if (isToBeOpenedAnew(silent)) {
				notYet(new TimeoutException("no answer"));
				abandon();
				open();
			}
		}
		if (this.gapSince != 0 && now - this.lastRefresh > TOPOLOGY_REFRESH) {
			refreshTopology();
		}
	}

	/**
	 * What a cluster does not replace by itself: what subscribes, everything, or a
	 * connection to a master that lives.
	 */
	private boolean isToBeOpenedAnew(List<String> silent) {
		return !this.clients.isCluster() || silent.contains(PubSubConnection.NAME)
				|| silent.size() == this.probes.number() || now() - this.openedAt > REPLACEMENT;
	}

	private void refreshTopology() {
		if (this.closed || !this.refreshing.compareAndSet(false, true)) {
			return;
		}
		this.lastRefresh = now();
		this.clients.refreshTopology().whenComplete((done, failure) -> {
			this.refreshing.set(false);
			if (failure != null) {
				logger.debug("Nobody knows the cluster", failure);
			}
			checkSoon();
		});
	}

	private void probe(RedisSession session) {
		long now = now();
		this.lastProbe = now;
		Map<String, RedisClusterAsyncCommands<String, byte[]>> shards = session.listening().shards();
		Map<String, CompletionStage<? extends RedisClusterAsyncCommands<String, byte[]>>> masters = session.masters();
		Set<String> names = new HashSet<>(masters.keySet());
		names.addAll(session.listening().names());
		if (this.probes.expect(names, now)) {
			gapBegan("A Redis master or a connection to one is gone", now);
		}
		masters.forEach((name, master) -> master.thenAccept((commands) -> {
			if (this.sharded) {
				ping(name, commands, now);
			}
			else {
				commands.publish(this.probeChannel, Probes.write(name, now))
					.thenAccept((receivers) -> this.probes.sign(name, now));
			}
		}));
		shards.forEach((name, shard) -> ping(name, shard, now));
	}

	private void ping(String name, RedisClusterAsyncCommands<String, byte[]> commands, long now) {
		commands.ping().thenAccept((pong) -> {
			this.probes.echo(name, now);
			echoed();
		});
	}

	private void echoed() {
		if (this.gapSince != 0 && this.probes.haveAllCameBackSince(this.gapSince)) {
			checkSoon();
		}
	}

	/**
	 * Whether on all ways a probe came back that was sent since the gap was noticed, and
	 * all subscriptions are there.
	 */
	private boolean isBack() {
		return this.session != null && this.probes.haveAllCameBackSince(this.gapSince)
				&& this.subscriptions.areComplete();
	}

	private void gapBegan(String reason, long from) {
		synchronized (this.checkQueued) {
			if (this.gapSince != 0 || this.closed) {
				return;
			}
			this.gapFrom = from;
			this.gapSince = now();
		}
		logger.warn(reason + ". Events of this time may not reach this node, sends fail; connections stay");
	}

	private void gapEnded() {
		Duration gap = Duration.ofNanos(now() - this.gapFrom);
		boolean first = this.connectedTimes == 0;
		this.connectedTimes++;
		this.gapSince = 0;
		this.refusal = null;
		logger.info(first ? "Connected to Redis" : "Redis is back after " + gap.toMillis() + " ms, all "
				+ this.subscriptions.wanted() + " subscriptions are restored");
		this.listener.connected(first ? null : gap);
		this.firstAttempt.complete(null);
	}

	/**
	 * Hear and send no more. The connections end with their client.
	 */
	@Override
	public void close() {
		this.closed = true;
		RedisSession session = this.session;
		this.session = null;
		if (session != null) {
			session.listening().mute();
		}
	}

	static ChannelLayerException failed(Throwable failure) {
		Throwable root = rootOf(failure);
		return (root instanceof ChannelLayerException known) ? known
				: new ChannelLayerException("Redis failed, the outcome is unknown: " + root, root);
	}

	private static Throwable rootOf(Throwable failure) {
		Throwable root = failure;
		while ((root instanceof ExecutionException || root instanceof CompletionException
				|| root.getClass().getName().startsWith("org.springframework.data.redis")) && root.getCause() != null) {
			root = root.getCause();
		}
		return root;
	}

	/**
	 * Nanoseconds since this class was loaded, so that they can be compared; never zero.
	 */
	private static long now() {
		return System.nanoTime() - START + 1;
	}

	/**
	 * What the connections say, on an I/O thread.
	 */
	private final class Events implements Listening.Events {

		@Override
		public void message(String connection, String channel, byte[] message) {
			RedisLink.this.probes.sign(connection, now());
			if (RedisLink.this.probes.take(connection, message)) {
				echoed();
				return;
			}
			try {
				RedisLink.this.messages.accept(channel, message);
			}
			catch (RuntimeException ex) {
				logger.error("A message of Redis channel " + channel + " could not be delivered", ex);
			}
		}

		@Override
		public void connected() {
			checkSoon();
		}

		@Override
		public void disconnected() {
			gapBegan("A connection to Redis was lost", now());
			checkSoon();
		}

		@Override
		public void moved() {
			gapBegan("A slot has moved to another Redis node", now());
			refreshTopology();
		}

		@Override
		public void refused(Throwable failure) {
			RedisLink.this.problems.commandFailed(failure);
			notYet(failure);
		}

	}

	/**
	 * Told on the maintenance thread that the node is connected and subscribed.
	 */
	interface Listener {

		/**
		 * @param gap how long it was not, {@code null} if it never was before
		 */
		void connected(@Nullable Duration gap);

	}

}
