package dev.channels.connection;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of one connection, on the timer that all connections share: pings and
 * pongs, idleness, age, stuck writes. It sleeps until the nearest of them, looks what has
 * become of it, and sleeps again. Runs no user code. Fields are guarded by this object's
 * monitor.
 */
final class Watchdog implements Runnable {

	private static final long NEVER = Long.MAX_VALUE;

	private static final CloseStatus IDLE = new CloseStatus(1000, "idle");

	private static final CloseStatus TOO_OLD = new CloseStatus(1001, "maximum lifetime reached");

	private final ScheduledExecutorService timer;

	private final ConnectionSettings settings;

	private final OutboundQueue outbound;

	private final InboundGate inbound;

	private final Listener listener;

	private @Nullable ScheduledFuture<?> next;

	private boolean stopped;

	private long startedAt = System.nanoTime();

	private long lastPing = this.startedAt;

	private boolean pingQueued;

	private boolean pingWritten;

	private long pingQueuedAt;

	private long pingWrittenAt;

	private boolean ending;

	private long endsAt;

	Watchdog(ScheduledExecutorService timer, ConnectionSettings settings, OutboundQueue outbound, InboundGate inbound,
			Listener listener) {
		this.timer = timer;
		this.settings = settings;
		this.outbound = outbound;
		this.inbound = inbound;
		this.listener = listener;
	}

	synchronized void start() {
		this.startedAt = System.nanoTime();
		this.lastPing = this.startedAt;
		schedule();
	}

	/**
	 * Cut the connection if it has not ended by then.
	 */
	synchronized void endWithin(Duration duration) {
		long deadline = System.nanoTime() + duration.toNanos();
		if (!this.ending || deadline - this.endsAt < 0) {
			this.ending = true;
			this.endsAt = deadline;
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
		}
	}

	@Override
	public void run() {
		switch (findDue(System.nanoTime())) {
			case LOST -> this.listener.lost();
			case PING -> this.outbound.ping();
			case IDLE -> this.listener.overdue(IDLE);
			case TOO_OLD -> this.listener.overdue(TOO_OLD);
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
		if ((this.ending && now - this.endsAt >= 0) || untilStuck(now) <= 0 || untilLost(now) <= 0) {
			return Due.LOST;
		}
		if (this.ending) {
			return Due.NOTHING;
		}
		if (until(now, this.startedAt, this.settings.maxLifetime()) <= 0) {
			return Due.TOO_OLD;
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

	private long untilStuck(long now) {
		long since = this.outbound.writingSince();
		return until(now, (since != 0) ? since : now, this.settings.sendTimeout());
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
		long delay = Math.min(untilStuck(now), untilLost(now));
		if (this.ending) {
			delay = Math.min(delay, this.endsAt - now);
		}
		else {
			delay = Math.min(delay, untilPing(now));
			delay = Math.min(delay, until(now, this.startedAt, this.settings.maxLifetime()));
			delay = Math.min(delay, until(now, this.inbound.lastMessage(), this.settings.idleTimeout()));
		}
		if (this.next != null) {
			this.next.cancel(false);
		}
		try {
			this.next = this.timer.schedule(this, Math.max(delay, 1_000_000), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			this.stopped = true;
		}
	}

	private enum Due {

		NOTHING, PING, IDLE, TOO_OLD, LOST

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
		 * The connection does not move, or has not ended in time: cut it.
		 */
		void lost();

	}

}
