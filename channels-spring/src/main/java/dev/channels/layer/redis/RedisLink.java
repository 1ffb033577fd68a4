package dev.channels.layer.redis;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
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
 * cut, and what is frozen is noticed by a probe, a message to the node itself each
 * second. If Redis does not take it or nothing comes back for two seconds, everything is
 * closed and opened anew, which also finds the new master after a failover.
 * <p>
 * Opening blocks and runs on the maintenance thread, where all fields but the volatile
 * ones live.
 */
final class RedisLink implements CommandSender, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisLink.class);

	private static final Duration TICK = Duration.ofMillis(250);

	private static final long PROBE_INTERVAL = Duration.ofMillis(500).toNanos();

	private static final long PROBE_DEADLINE = Duration.ofSeconds(2).toNanos();

	private static final long START_PATIENCE = Duration.ofSeconds(3).toNanos();

	private static final long LATE_TICK = Duration.ofSeconds(1).toNanos();

	private static final long START = System.nanoTime();

	/** No event begins like this: neither JSON nor a msgpack map nor a Fernet token. */
	private static final byte PROBE = 0;

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

	private volatile @Nullable PubSubConnection pubSub;

	/** When the newest probe was sent of those that came back. */
	private volatile long lastEcho;

	/** When the newest probe was sent of those that Redis took. */
	private volatile long lastTaken;

	/** When anything came: the echo of a probe may wait behind many events. */
	private volatile long lastHeard;

	private long lastProbe;

	private long lastTick;

	/** When the gap began, or zero. */
	private volatile long gapSince;

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
			this.gapSince = now();
			try {
				open();
			}
			catch (RuntimeException ex) {
				notYet(ex);
			}
		});
		this.maintenance.scheduleWithFixedDelay(this::tick, TICK.toNanos(), TICK.toNanos(), TimeUnit.NANOSECONDS);
		return this.firstAttempt;
	}

	/**
	 * The node is not connected. Say so once, but not before the client had time to warm
	 * up, which takes more than a second where many applications start at once.
	 */
	private void notYet(Throwable failure) {
		if (this.connectedTimes != 0 || now() - this.gapSince < START_PATIENCE) {
			return;
		}
		String reason = RedisProblems.reasonOf(failure);
		if (this.firstAttempt
			.completeExceptionally(new ChannelLayerException(this.clients.servers() + ": " + reason, failure))) {
			logger.warn("There is no connection to Redis at " + this.clients.servers() + " yet (" + reason
					+ "). Clients can connect, sends fail and events reach nobody until there is one");
		}
	}

	@Override
	public boolean isOpen() {
		return this.session != null;
	}

	/**
	 * Return how often the node became connected: what was written to Redis before that
	 * changes may be lost.
	 */
	long connectedTimes() {
		return this.connectedTimes;
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
			this.maintenance.execute(this::tick);
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
			else if (isSilent()) {
				abandon();
				open();
			}
			this.subscriptions.check();
			if (this.gapSince != 0 && isBack()) {
				gapEnded();
			}
			probe();
		}
		catch (RuntimeException ex) {
			logger.debug("Redis is not there yet", ex);
			notYet(ex);
		}
	}

	private void open() {
		RedisSession opened = this.clients.open();
		this.problems.checkVersion(opened.commands());
		PubSubConnection pubSub = new PubSubConnection(opened.pubSub(), this.sharded, this.subscriptions,
				new PubSubEvents());
		this.session = opened;
		this.pubSub = pubSub;
		this.lastEcho = now();
		this.lastTaken = this.lastEcho;
		this.lastHeard = this.lastEcho;
		pubSub.open();
		probe();
	}

	private void abandon() {
		gapBegan("Redis does not answer");
		notYet(new TimeoutException("no answer"));
		RedisSession session = this.session;
		PubSubConnection pubSub = this.pubSub;
		this.session = null;
		this.pubSub = null;
		if (pubSub != null) {
			pubSub.close();
		}
		if (session != null) {
			session.close();
		}
	}

	private void onSlotMoved() {
		this.maintenance.execute(() -> {
			this.clients.refreshTopology();
			this.subscriptions.check();
		});
	}

	/**
	 * Whether a probe is overdue. After a pause of this process nobody can know.
	 */
	private boolean isSilent() {
		long now = now();
		boolean late = now - this.lastTick > LATE_TICK;
		this.lastTick = now;
		return !late && now - Math.min(this.lastTaken, this.lastHeard) > PROBE_INTERVAL + PROBE_DEADLINE;
	}

	private void probe() {
		long now = now();
		if (this.session == null || (this.gapSince == 0 && now - this.lastProbe < PROBE_INTERVAL)) {
			return;
		}
		this.lastProbe = now;
		byte[] probe = ByteBuffer.allocate(1 + Long.BYTES).put(PROBE).putLong(now).array();
		CompletionStage<Long> taken = send((commands) -> this.sharded ? commands.spublish(this.probeChannel, probe)
				: commands.publish(this.probeChannel, probe));
		taken.thenAccept((receivers) -> this.lastTaken = Math.max(this.lastTaken, now));
	}

	private void messageReceived(String channel, byte[] message) {
		boolean echo = message.length == 1 + Long.BYTES && message[0] == PROBE;
		if (echo || !this.sharded) {
			// what comes from another shard says nothing about ours
			this.lastHeard = now();
		}
		if (echo) {
			this.lastEcho = Math.max(this.lastEcho, ByteBuffer.wrap(message, 1, Long.BYTES).getLong());
			if (this.gapSince != 0) {
				checkSoon();
			}
			return;
		}
		this.messages.accept(channel, message);
	}

	/**
	 * Whether a probe that was sent since the gap began came back, and all subscriptions
	 * are there.
	 */
	private boolean isBack() {
		return this.session != null && this.lastEcho > this.gapSince && this.subscriptions.areComplete();
	}

	private void gapBegan(String reason) {
		synchronized (this.checkQueued) {
			if (this.gapSince != 0 || this.closed) {
				return;
			}
			this.gapSince = now();
		}
		logger.warn(reason + ". Events of this time do not reach this node, sends fail; connections stay");
	}

	private void gapEnded() {
		Duration gap = Duration.ofNanos(now() - this.gapSince);
		boolean first = this.connectedTimes == 0;
		this.connectedTimes++;
		this.gapSince = 0;
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
		this.session = null;
		PubSubConnection pubSub = this.pubSub;
		if (pubSub != null) {
			pubSub.close();
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

	private final class PubSubEvents implements PubSubConnection.Listener {

		@Override
		public void message(String channel, byte[] message) {
			messageReceived(channel, message);
		}

		@Override
		public void connected() {
			checkSoon();
		}

		@Override
		public void disconnected() {
			gapBegan("The connection to Redis was lost");
		}

		@Override
		public void slotMoved() {
			onSlotMoved();
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
