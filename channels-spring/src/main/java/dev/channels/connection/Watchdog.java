package dev.channels.connection;

import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one connection: its opening, pings and pongs, idleness, age, stuck
 * writes, messages and handlers that do not end. It sleeps until the nearest of them, is
 * woken by the {@link Sweeper} of all connections, looks what has become of it, and
 * sleeps again. Runs no user code. Fields are guarded by this object's monitor.
 * <p>
 * Deadlines measure progress: bytes that move are a sign of life, see {@link Progress}.
 * What would fall due at one moment for all connections that were opened at one moment is
 * spread: the first ping comes after half an interval to a whole one, and the lifetime is
 * up to a tenth shorter.
 */
final class Watchdog {

	/**
	 * A handler that holds its connection up for so long is told of, once.
	 */
	static final Duration HELD_UP = Duration.ofSeconds(60);

	private static final long OPENING = Duration.ofSeconds(10).toNanos();

	private static final long NEVER = Progress.NEVER;

	private static final long MIN_SLEEP = 1_000_000;

	private static final CloseStatus IDLE = new CloseStatus(1000, "idle");

	private static final CloseStatus UNFINISHED = new CloseStatus(1008, "message not finished in time");

	private static final CloseStatus TOO_OLD = new CloseStatus(1001, "maximum lifetime reached");

	private final Sweeper sweeper;

	private final ConnectionSettings settings;

	private final OutboundQueue outbound;

	private final InboundGate inbound;

	private final LongSupplier entryUnderWay;

	private final DoubleSupplier random;

	private final Listener listener;

	private Phase phase = Phase.CONNECTING;

	/**
	 * When the present phase began.
	 */
	private long since = System.nanoTime();

	/**
	 * Also read without the monitor.
	 */
	private volatile long dueAt = this.since + Sweeper.FAR;

	private long lifetime = NEVER;

	private long lastPing;

	private boolean pingQueued;

	private boolean pingWritten;

	private long pingQueuedAt;

	private long pingWrittenAt;

	private final Progress write = new Progress();

	private @Nullable Ending ending;

	private long entry;

	private long entrySince;

	private boolean entryTold;

	/**
	 * Create a watchdog that sleeps until it is told of something.
	 * @param entryUnderWay tells the number of the mailbox's entry that is being handled,
	 * 0 for none
	 * @param random from 0 to 1, spreads what is due at one moment
	 */
	Watchdog(Sweeper sweeper, ConnectionSettings settings, OutboundQueue outbound, InboundGate inbound,
			LongSupplier entryUnderWay, DoubleSupplier random, Listener listener) {
		this.sweeper = sweeper;
		this.settings = settings;
		this.outbound = outbound;
		this.inbound = inbound;
		this.entryUnderWay = entryUnderWay;
		this.random = random;
		this.listener = listener;
	}

	/**
	 * The handshake is accepted, and the connection has to be opened in time.
	 * @return {@code false} if nobody keeps time any more
	 */
	synchronized boolean accepted() {
		enter(Phase.ACCEPTED);
		return this.sweeper.isRunning();
	}

	synchronized void opened() {
		enter(Phase.OPEN);
	}

	/**
	 * The connection has ended, and its handler has to.
	 */
	synchronized void ended() {
		enter(Phase.ENDED);
	}

	synchronized void stop() {
		enter(Phase.STOPPED);
	}

	private void enter(Phase phase) {
		if (phase.compareTo(this.phase) <= 0) {
			return;
		}
		this.phase = phase;
		this.since = System.nanoTime();
		this.entryTold = false;
		if (phase == Phase.OPEN) {
			this.lastPing = this.since - spread(this.settings.pingInterval(), 2);
			Duration lifetime = this.settings.maxLifetime();
			this.lifetime = lifetime.isZero() ? NEVER : lifetime.toNanos() - spread(lifetime, 10);
		}
		schedule();
	}

	private long spread(Duration duration, int part) {
		return (long) (duration.toNanos() / part * this.random.getAsDouble());
	}

	/**
	 * Cut the connection if it has not ended by then, unless it still moves.
	 */
	synchronized void endWithin(Duration duration) {
		if (this.ending == null) {
			this.ending = new Ending(System.nanoTime(), duration, this.outbound.sent());
		}
		else {
			this.ending.shorten(duration);
		}
		schedule();
	}

	/**
	 * Look again by then, since something has begun.
	 */
	synchronized void lookWithin(Duration duration) {
		if (!duration.isZero() && this.dueAt - System.nanoTime() > duration.toNanos()) {
			schedule();
		}
	}

	synchronized void pinged() {
		this.pingQueued = false;
		this.pingWritten = true;
		this.pingWrittenAt = System.nanoTime();
		schedule();
	}

	/**
	 * Return when to wake this watchdog, at a time of the system's clock in nanoseconds.
	 */
	long dueAt() {
		return this.dueAt;
	}

	/**
	 * Look what is due, and see to it.
	 */
	void wake(long now) {
		Due due = findDue(now);
		try {
			switch (due) {
				case NOT_OPENED -> this.listener.notOpened();
				case LOST -> this.listener.lost();
				case PING -> this.outbound.ping();
				case IDLE -> this.listener.overdue(IDLE);
				case TOO_OLD -> this.listener.overdue(TOO_OLD);
				case UNFINISHED -> this.listener.overdue(UNFINISHED);
				case HELD_UP -> this.listener.heldUp();
				case NOTHING -> {
				}
			}
		}
		finally {
			sleep();
		}
	}

	private synchronized Due findDue(long now) {
		return switch (this.phase) {
			case ACCEPTED -> (now - this.since >= OPENING) ? Due.NOT_OPENED : Due.NOTHING;
			case OPEN -> findDueWhileOpen(now);
			case ENDED -> findHeldUp(now - this.since);
			case CONNECTING, STOPPED -> Due.NOTHING;
		};
	}

	private Due findDueWhileOpen(long now) {
		look(now);
		if (untilStuck(now) <= 0 || untilLost(now) <= 0) {
			return Due.LOST;
		}
		if (this.entry != 0 && findHeldUp(now - this.entrySince) == Due.HELD_UP) {
			return Due.HELD_UP;
		}
		if (this.ending != null) {
			return Due.NOTHING;
		}
		if (untilTooOld(now) <= 0) {
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

	private Due findHeldUp(long nanos) {
		if (this.entryTold || nanos < HELD_UP.toNanos()) {
			return Due.NOTHING;
		}
		this.entryTold = true;
		return Due.HELD_UP;
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
		if (this.ending != null) {
			this.ending.look(now, sent);
		}
		long current = this.entryUnderWay.getAsLong();
		if (current != this.entry) {
			this.entry = current;
			this.entrySince = now;
			this.entryTold = false;
		}
	}

	private long untilStuck(long now) {
		long untilStuck = this.write.remaining(now, this.settings.sendTimeout());
		return (this.ending != null) ? Math.min(untilStuck, this.ending.remaining(now)) : untilStuck;
	}

	private long untilTooOld(long now) {
		return (this.lifetime == NEVER) ? NEVER : this.lifetime - (now - this.since);
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
		sleep();
		this.sweeper.wakeBy(this.dueAt);
	}

	private synchronized void sleep() {
		long now = System.nanoTime();
		this.dueAt = now + Math.max(MIN_SLEEP, Math.min(untilDue(now), Sweeper.FAR));
	}

	private long untilDue(long now) {
		return switch (this.phase) {
			case ACCEPTED -> OPENING - (now - this.since);
			case OPEN -> untilDueWhileOpen(now);
			case ENDED -> this.entryTold ? NEVER : until(now, this.since, HELD_UP);
			case CONNECTING, STOPPED -> NEVER;
		};
	}

	private long untilDueWhileOpen(long now) {
		look(now);
		// a write may begin at any time
		long delay = Math.min(this.settings.sendTimeout().toNanos(),
				this.write.untilNextLook(now, this.settings.sendTimeout()));
		delay = Math.min(delay, untilLost(now));
		if (this.ending != null) {
			return Math.min(delay, this.ending.untilNextLook(now));
		}
		delay = Math.min(delay, untilPing(now));
		delay = Math.min(delay, untilTooOld(now));
		delay = Math.min(delay, until(now, this.inbound.lastMessage(), this.settings.idleTimeout()));
		return Math.min(delay, this.inbound.untilNextLook(now, this.settings.messageTimeout()));
	}

	private enum Phase {

		CONNECTING, ACCEPTED, OPEN, ENDED, STOPPED

	}

	private enum Due {

		NOTHING, NOT_OPENED, PING, IDLE, TOO_OLD, UNFINISHED, HELD_UP, LOST

	}

	/**
	 * The time that a connection has which is being closed.
	 */
	private static final class Ending {

		private final Progress progress = new Progress();

		private final long since;

		private Duration limit;

		Ending(long since, Duration limit, long sent) {
			this.since = since;
			this.limit = limit;
			this.progress.rest(sent);
		}

		void shorten(Duration limit) {
			if (limit.compareTo(this.limit) < 0) {
				this.limit = limit;
			}
		}

		void look(long now, long sent) {
			this.progress.look(now, this.since, sent);
		}

		long remaining(long now) {
			return this.progress.remaining(now, this.limit);
		}

		long untilNextLook(long now) {
			return this.progress.untilNextLook(now, this.limit);
		}

	}

	/**
	 * Is told what is due, without this object's monitor.
	 */
	interface Listener {

		/**
		 * An accepted connection was not opened.
		 */
		void notOpened();

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
