package dev.channels.connection;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one connection, on the timer that all connections share: pings and
 * pongs, idleness, age, stuck writes, messages that do not end. It sleeps until the
 * nearest of them, looks what has become of it, and sleeps again. Runs no user code.
 * Fields are guarded by this object's monitor.
 * <p>
 * Deadlines measure progress: bytes that move are a sign of life, see {@link Progress}.
 * What would fall due at one moment for all connections that were opened at one moment is
 * spread: the first ping comes after half an interval to a whole one, and the lifetime is
 * up to a tenth shorter.
 */
final class Watchdog implements Runnable {

	/**
	 * A handler that holds its connection up for so long is told of, once.
	 */
	static final Duration HELD_UP = Duration.ofSeconds(60);

	private static final long NEVER = Progress.NEVER;

	private static final CloseStatus IDLE = new CloseStatus(1000, "idle");

	private static final CloseStatus UNFINISHED = new CloseStatus(1008, "message not finished in time");

	private static final CloseStatus TOO_OLD = new CloseStatus(1001, "maximum lifetime reached");

	private final ScheduledExecutorService timer;

	private final ConnectionSettings settings;

	private final OutboundQueue outbound;

	private final InboundGate inbound;

	private final LongSupplier entryUnderWay;

	private final DoubleSupplier random;

	private final Listener listener;

	private @Nullable ScheduledFuture<?> next;

	private long nextAt;

	private boolean stopped;

	private long startedAt = System.nanoTime();

	private long lastPing = this.startedAt;

	private boolean pingQueued;

	private boolean pingWritten;

	private long pingQueuedAt;

	private long pingWrittenAt;

	private final Progress write = new Progress();

	private final Progress end = new Progress();

	private boolean ending;

	private long endingSince;

	private Duration endLimit = Duration.ZERO;

	private Duration lifetime;

	private long entry;

	private long entrySince;

	private boolean entryTold;

	/**
	 * Create a watchdog that sleeps until its start.
	 * @param entryUnderWay tells the number of the mailbox's entry that is being handled,
	 * 0 for none
	 * @param random from 0 to 1, spreads what is due at one moment
	 */
	Watchdog(ScheduledExecutorService timer, ConnectionSettings settings, OutboundQueue outbound, InboundGate inbound,
			LongSupplier entryUnderWay, DoubleSupplier random, Listener listener) {
		this.timer = timer;
		this.settings = settings;
		this.outbound = outbound;
		this.inbound = inbound;
		this.entryUnderWay = entryUnderWay;
		this.random = random;
		this.lifetime = settings.maxLifetime();
		this.listener = listener;
	}

	synchronized void start() {
		this.startedAt = System.nanoTime();
		this.lastPing = this.startedAt - spread(this.settings.pingInterval(), 2);
		this.lifetime = this.settings.maxLifetime().minusNanos(spread(this.settings.maxLifetime(), 10));
		schedule();
	}

	private long spread(Duration duration, int part) {
		return (long) (duration.toNanos() / part * this.random.getAsDouble());
	}

	/**
	 * Cut the connection if it has not ended by then, unless it still moves.
	 */
	synchronized void endWithin(Duration duration) {
		if (!this.ending) {
			this.ending = true;
			this.endingSince = System.nanoTime();
			this.endLimit = duration;
		}
		else if (duration.compareTo(this.endLimit) < 0) {
			this.endLimit = duration;
		}
		schedule();
	}

	/**
	 * Look again by then, since something has begun.
	 */
	synchronized void lookWithin(Duration duration) {
		if (this.next != null && !duration.isZero() && this.nextAt - System.nanoTime() > duration.toNanos()) {
			schedule();
		}
	}

	synchronized void pinged() {
		this.pingQueued = false;
		this.pingWritten = true;
		this.pingWrittenAt = System.nanoTime();
		schedule();
	}

	synchronized void stop() {
		this.stopped = true;
		if (this.next != null) {
			this.next.cancel(false);
			this.next = null;
		}
	}

	@Override
	public void run() {
		run(System.nanoTime());
	}

	void run(long now) {
		switch (findDue(now)) {
			case LOST -> this.listener.lost();
			case PING -> this.outbound.ping();
			case IDLE -> this.listener.overdue(IDLE);
			case TOO_OLD -> this.listener.overdue(TOO_OLD);
			case UNFINISHED -> this.listener.overdue(UNFINISHED);
			case HELD_UP -> this.listener.heldUp();
			case NOTHING -> {
			}
		}
		synchronized (this) {
			schedule();
		}
	}

	private synchronized Due findDue(long now) {
		if (this.stopped) {
			return Due.NOTHING;
		}
		look(now);
		if (untilStuck(now) <= 0 || untilLost(now) <= 0) {
			return Due.LOST;
		}
		if (!this.entryTold && this.entry != 0 && now - this.entrySince >= HELD_UP.toNanos()) {
			this.entryTold = true;
			return Due.HELD_UP;
		}
		if (this.ending) {
			return Due.NOTHING;
		}
		if (until(now, this.startedAt, this.lifetime) <= 0) {
			return Due.TOO_OLD;
		}
		if (this.inbound.untilUnfinished(now, this.settings.messageTimeout()) <= 0) {
			return Due.UNFINISHED;
		}
		if (until(now, this.inbound.lastMessage(), this.settings.idleTimeout()) <= 0) {
			return Due.IDLE;
		}
		if (untilPing(now) <= 0) {
			this.lastPing = now;
			this.pingQueued = true;
			this.pingQueuedAt = now;
			return Due.PING;
		}
		return Due.NOTHING;
	}

	private void look(long now) {
		this.inbound.look(now);
		long sent = this.outbound.sent();
		long writingSince = this.outbound.writingSince();
		if (writingSince != 0) {
			this.write.look(now, writingSince, sent);
		}
		else {
			this.write.rest(sent);
		}
		if (this.ending) {
			this.end.look(now, this.endingSince, sent);
		}
		else {
			this.end.rest(sent);
		}
		long current = this.entryUnderWay.getAsLong();
		if (current != this.entry) {
			this.entry = current;
			this.entrySince = now;
			this.entryTold = false;
		}
	}

	private long untilStuck(long now) {
		return Math.min(this.write.remaining(now, this.settings.sendTimeout()), this.end.remaining(now, this.endLimit));
	}

	private long untilPing(long now) {
		return (this.pingQueued || this.pingWritten) ? NEVER : until(now, this.lastPing, this.settings.pingInterval());
	}

	private long untilLost(long now) {
		if (!this.pingWritten) {
			return NEVER;
		}
		// the pong may come before we are told that the ping was written
		if (this.inbound.lastActivity() - this.pingQueuedAt > 0) {
			this.pingWritten = false;
			return NEVER;
		}
		return until(now, this.pingWrittenAt, this.settings.pongTimeout());
	}

	private static long until(long now, long since, Duration duration) {
		return duration.isZero() ? NEVER : duration.toNanos() - (now - since);
	}

	private void schedule() {
		if (this.stopped) {
			return;
		}
		long now = System.nanoTime();
		look(now);
		// a write may begin at any time
		long delay = Math.min(this.settings.sendTimeout().toNanos(),
				this.write.untilNextLook(now, this.settings.sendTimeout()));
		delay = Math.min(delay, this.end.untilNextLook(now, this.endLimit));
		delay = Math.min(delay, untilLost(now));
		if (!this.ending) {
			delay = Math.min(delay, untilPing(now));
			delay = Math.min(delay, until(now, this.startedAt, this.lifetime));
			delay = Math.min(delay, until(now, this.inbound.lastMessage(), this.settings.idleTimeout()));
			delay = Math.min(delay, this.inbound.untilNextLook(now, this.settings.messageTimeout()));
		}
		if (this.next != null) {
			this.next.cancel(false);
		}
		delay = Math.max(delay, 1_000_000);
		this.nextAt = now + delay;
		try {
			this.next = this.timer.schedule(this, delay, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			this.stopped = true;
		}
	}

	private enum Due {

		NOTHING, PING, IDLE, TOO_OLD, UNFINISHED, HELD_UP, LOST

	}

	/**
	 * Is told what is due, without this object's monitor.
	 */
	interface Listener {

		/**
		 * The connection has to be closed.
		 */
		void overdue(CloseStatus status);

		/**
		 * A handler has not ended for {@link #HELD_UP}.
		 */
		void heldUp();

		/**
		 * The connection does not move, or has not ended in time: cut it.
		 */
		void lost();

	}

}
