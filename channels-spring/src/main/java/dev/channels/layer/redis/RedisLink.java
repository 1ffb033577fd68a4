package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

import dev.channels.ChannelLayerException;
import dev.channels.layer.RateLimitedLog;
import io.lettuce.core.RedisURI;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a node connected to Redis: a loop that looks at everything, again and again.
 * <ul>
 * <li>What was cut, the client opens again by itself.
 * <li>What is silent is noticed by the {@link Prober}; {@link SilencePolicy} says what to
 * do about it.
 * <li>A Redis that has become a replica still answers. The loop then looks for the master
 * where the application says that Redis is, once a second, and changes over when there is
 * one.
 * <li>When something is lost a {@link Gap} begins, for an event on its way may be lost
 * with it. It ends when all is complete again.
 * </ul>
 * The loop runs on the maintenance thread, which never blocks: sessions are opened on
 * another one. All fields that are neither final nor volatile belong to it.
 */
final class RedisLink implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisLink.class);

	private static final RateLimitedLog failures = new RateLimitedLog(logger);

	private static final Duration TICK = Duration.ofMillis(250);

	private static final Duration GAP_TICK = Duration.ofMillis(20);

	private static final long LATE_TICK = Duration.ofSeconds(1).toNanos();

	private static final long TOPOLOGY_REFRESH = Duration.ofSeconds(1).toNanos();

	private static final long NEXT_MASTER = Duration.ofSeconds(1).toNanos();

	private static final long START = System.nanoTime();

	private final RedisClients clients;

	private final String probeChannel;

	private final PubSubMode mode;

	private final Subscriptions subscriptions;

	private final BiConsumer<String, byte[]> messages;

	private final ScheduledExecutorService maintenance;

	private final Listener listener;

	private final RedisProblems problems;

	private final Gap gap = new Gap(RedisLink::now);

	private final StartAttempt start;

	private final CurrentSession current;

	private final SessionOpener opener;

	private final Prober prober;

	private final SilencePolicy policy;

	/** Coalesces what the client and Redis tell us into one look at everything. */
	private final AtomicBoolean checkQueued = new AtomicBoolean();

	private final AtomicBoolean refreshing = new AtomicBoolean();

	/** Whether a session, or what listens, is being opened. */
	private boolean opening;

	/** When a session may be opened, or looked for a master, again. */
	private long openNotBefore;

	private boolean everConnected;

	private volatile long lastRefresh;

	private long lastTick;

	private volatile boolean closed;

	/**
	 * @param probeChannel the Redis channel of this node
	 * @param messages takes what was published, on an I/O thread
	 * @param maintenance runs the loop
	 * @param helper opens sessions, which blocks it
	 */
	RedisLink(RedisClients clients, String probeChannel, PubSubMode mode, Subscriptions subscriptions,
			BiConsumer<String, byte[]> messages, ScheduledExecutorService maintenance, Executor helper,
			Listener listener) {
		this.clients = clients;
		this.probeChannel = probeChannel;
		this.mode = mode;
		this.subscriptions = subscriptions;
		this.messages = messages;
		this.maintenance = maintenance;
		this.listener = listener;
		this.problems = new RedisProblems(clients.servers());
		this.start = new StartAttempt(clients.servers(), RedisLink::now);
		this.current = new CurrentSession(this.problems, (session) -> onMaintenance(() -> demoted(session)));
		this.opener = new SessionOpener(clients, mode, subscriptions, new Events(), this.problems, helper);
		this.prober = new Prober(probeChannel, mode, RedisLink::now, this::echoed);
		this.policy = new SilencePolicy(clients.isCluster());
	}

	/**
	 * Connect now and for ever.
	 * @return completes when the node is connected and subscribed, with a failure if
	 * there is no Redis in the first seconds
	 */
	CompletionStage<Void> start() {
		this.subscriptions.want(this.probeChannel);
		this.gap.lost(now());
		onMaintenance(this::tickForEver);
		return this.start.stage();
	}

	/**
	 * Return what sends commands.
	 */
	CommandSender commands() {
		return this.current;
	}

	/**
	 * Whether nothing is lost between this node and Redis, as far as is known.
	 */
	boolean isConnected() {
		return !this.closed && !this.gap.isOpen();
	}

	/**
	 * Whether this was a master of the cluster until it failed and another one took its
	 * place. If it was frozen it may still send on what it got long ago.
	 */
	boolean isReplaced(String master) {
		return this.prober.isReplaced(master);
	}

	/**
	 * Return how often the node became connected, at least in part: what was written to
	 * Redis before that changes may be lost.
	 */
	long connectedTimes() {
		return this.gap.returns();
	}

	private void tickForEver() {
		try {
			tick();
		}
		finally {
			Gap.Loss loss = this.gap.current();
			boolean soon = loss != null && !loss.partly() && this.current.get() != null;
			try {
				this.maintenance.schedule(this::tickForEver, (soon ? GAP_TICK : TICK).toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The layer is closed");
			}
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

	private boolean onMaintenance(Runnable task) {
		try {
			this.maintenance.execute(task);
			return true;
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed");
			return false;
		}
	}

	private void tick() {
		this.checkQueued.set(false);
		if (this.closed) {
			return;
		}
		try {
			look();
		}
		catch (Throwable ex) {
			// an Error as well: without the loop the node would be lost for ever
			failures.warn(() -> "The connection to Redis could not be looked after, trying on", ex);
			this.start.failed(ex);
		}
	}

	private void look() {
		if (this.current.get() == null || this.current.isRefusing()) {
			open();
		}
		RedisSession session = this.current.get();
		if (session != null) {
			session = watch(session);
		}
		Gap.Loss loss = this.gap.current();
		boolean soon = loss != null && !loss.partly();
		boolean probe = session != null && this.prober.isDue(soon ? GAP_TICK.toNanos() : Prober.INTERVAL);
		if (session != null && probe) {
			session.listening().check();
		}
		this.subscriptions.check();
		if (loss != null && session != null && !this.current.isRefusing()) {
			endIfBack(loss);
		}
		if (session != null && probe && this.prober.probe(session)) {
			lost("A Redis master or a connection to one is gone", now());
		}
	}

	private void open() {
		if (this.opening || now() < this.openNotBefore) {
			return;
		}
		this.opening = true;
		this.opener.open().whenComplete((opened, failure) -> {
			boolean told = onMaintenance(() -> {
				this.opening = false;
				if (opened != null) {
					opened(opened);
				}
				else {
					logger.debug("Redis is not there yet", failure);
					this.start.failed(failure);
				}
			});
			if (!told && opened != null) {
				opened.session().close();
			}
		});
	}

	private void opened(SessionOpener.Opened opened) {
		RedisSession session = opened.session();
		if (this.closed || !this.opener.isClean()) {
			// it took so long that nobody waits for it, or that another one was given up
			session.close();
			return;
		}
		if (opened.replica()) {
			this.openNotBefore = now() + NEXT_MASTER;
			this.start.failed(new ChannelLayerException(replica()));
			session.close();
			return;
		}
		this.gap.lost(now());
		this.prober.begin();
		RedisSession before = this.current.use(session);
		if (before != null) {
			before.close();
		}
		session.listening().open();
		if (this.closed) {
			session.listening().mute();
		}
		checkSoon();
	}

	private String replica() {
		return "Redis at " + this.clients.servers() + " is a replica now: the layer looks for the master";
	}

	private void demoted(RedisSession session) {
		if (this.closed || this.clients.isCluster() || this.current.get() != session || this.current.isRefusing()) {
			return;
		}
		this.current.refuse(replica());
		lost(replica(), now());
		this.openNotBefore = now();
		checkSoon();
	}

	private void abandon() {
		RedisSession session = this.current.use(null);
		if (session != null) {
			this.opener.abandon(session);
		}
	}

	/**
	 * Do something about ways that are silent.
	 * @return the session that there is now
	 */
	private @Nullable RedisSession watch(RedisSession session) {
		long now = now();
		boolean late = now - this.lastTick > LATE_TICK;
		this.lastTick = now;
		// after a pause of this process nobody can know
		Map<String, Long> silences = late ? Map.of() : this.prober.silences();
		SilencePolicy.Decision decision = this.policy.decide(silences, this.prober.ways(), now);
		if (!decision.fresh().isEmpty()) {
			lost("No answer from " + decision.fresh(),
					decision.fresh().stream().mapToLong(silences::get).min().orElse(now));
		}
		decision.suspects().forEach((way) -> ask(session, way));
		switch (decision.remedy()) {
			case OPEN_ANEW -> {
				this.start.failed(new TimeoutException("no answer"));
				abandon();
				open();
			}
			case LISTEN_ANEW -> listenAnew(session);
			case NONE -> {
			}
		}
		if (this.gap.isOpen() && now - this.lastRefresh > TOPOLOGY_REFRESH) {
			refreshTopology();
		}
		return this.current.get();
	}

	/**
	 * The node to which the one connection that subscribes happens to lead is silent, the
	 * others are not.
	 */
	private void listenAnew(RedisSession session) {
		this.prober.begin(PubSubConnection.NAME);
		this.clients.openListening(this.subscriptions, new Events()).whenComplete((opened, failure) -> {
			if (opened == null) {
				logger.debug("Redis is not there yet", failure);
				return;
			}
			boolean told = onMaintenance(() -> {
				if (this.closed || this.current.get() != session) {
					opened.close();
					return;
				}
				this.gap.lost(now());
				this.prober.begin(PubSubConnection.NAME);
				session.listenWith(opened);
			});
			if (!told) {
				opened.close();
			}
		});
	}

	/**
	 * Find out who is to blame for a silence: the master, or what leads there.
	 */
	private void ask(RedisSession session, String way) {
		RedisURI master = session.masterOfWay(way);
		if (master != null) {
			this.clients.ask(master).thenRun(() -> this.maintenance.schedule(() -> {
				if (this.current.get() == session && this.prober.silences().containsKey(way)) {
					logger.info("A connection to " + RedisSession.name(master) + " is dead, its master is not");
					session.cut(way);
				}
			}, 2 * Prober.INTERVAL, TimeUnit.NANOSECONDS));
		}
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

	private void echoed() {
		Gap.Loss loss = this.gap.current();
		if (loss != null && this.prober.haveAllCameBackSince(loss.mark(), Set.of())) {
			checkSoon();
		}
	}

	/**
	 * It is back if on all ways a probe came back that was sent since the last loss, and
	 * all subscriptions are there. Those of a master that is not there are not.
	 */
	private void endIfBack(Gap.Loss loss) {
		boolean subscribed = this.subscriptions.areComplete();
		if (subscribed && this.prober.haveAllCameBackSince(loss.mark(), Set.of())) {
			ended(loss);
			return;
		}
		Set<String> silent = this.policy.silent();
		if (!silent.isEmpty() && (subscribed || this.mode == PubSubMode.SHARDED)
				&& this.prober.haveAllCameBackSince(loss.mark(), silent) && this.gap.isPartlyOver(loss)) {
			logger.info("All but " + silent + " answers");
			this.listener.connected(null);
		}
	}

	private void lost(String reason, long from) {
		if (!this.closed && this.gap.lost(from)) {
			logger.warn(reason + ". Events of this time may not reach this node, sends fail; connections stay");
		}
	}

	private void ended(Gap.Loss loss) {
		Duration duration = this.gap.end(loss);
		if (duration == null) {
			return;
		}
		boolean first = !this.everConnected;
		this.everConnected = true;
		logger.info(first ? "Connected to Redis" : "Redis is back after " + duration.toMillis() + " ms, all "
				+ this.subscriptions.wanted() + " subscriptions are restored");
		try {
			this.listener.connected(first ? null : duration);
		}
		finally {
			this.start.succeeded();
		}
	}

	/**
	 * Hear and send no more. The connections end with their client.
	 */
	@Override
	public void close() {
		this.closed = true;
		RedisSession session = this.current.use(null);
		if (session != null) {
			session.listening().mute();
		}
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
			if (!RedisLink.this.prober.take(connection, message)) {
				RedisLink.this.messages.accept(channel, message);
			}
		}

		@Override
		public void connected() {
			checkSoon();
		}

		@Override
		public void disconnected() {
			lost("A connection to Redis was lost", now());
			checkSoon();
		}

		@Override
		public void moved() {
			lost("A slot has moved to another Redis node", now());
			refreshTopology();
		}

		@Override
		public void refused(Throwable failure) {
			RedisLink.this.problems.commandFailed(failure);
			RedisLink.this.start.failed(failure);
		}

	}

	/**
	 * Told on the maintenance thread that the node is connected and subscribed, maybe in
	 * part.
	 */
	interface Listener {

		/**
		 * @param gap how long it was not, {@code null} if it never was before or still is
		 * not completely
		 */
		void connected(@Nullable Duration gap);

	}

}
