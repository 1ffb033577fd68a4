package dev.channels.connection;

import java.time.Duration;

/**
 * Tells whether something that takes its time moves: a write, a message of which parts
 * have come, the rest of a connection that closes. It is overdue when no byte has moved
 * for the whole limit, or when it is older than the limit and slower than
 * {@link #MIN_BYTES_PER_SECOND} all in all, so that a byte now and then keeps nothing
 * alive. Where bytes cannot be seen to move the limit is a total. Guarded by its owner.
 */
final class Progress {

	static final long NEVER = Long.MAX_VALUE;

	/**
	 * Less than any network carries that a client would be used on.
	 */
	static final long MIN_BYTES_PER_SECOND = 1000;

	private boolean underWay;

	private long since;

	private long movedAt;

	private long first;

	private long last;

	/**
	 * Look at something that is under way.
	 * @param since when it began
	 * @param bytes how much has moved, ever
	 */
	void look(long now, long since, long bytes) {
		if (!this.underWay || since != this.since) {
			this.underWay = true;
			this.since = since;
			this.movedAt = since;
			this.first = this.last;
		}
		if (bytes != this.last) {
			this.last = bytes;
			this.movedAt = now;
		}
	}

	/**
	 * Look while nothing is under way.
	 * @param bytes how much has moved, ever
	 */
	void rest(long bytes) {
		this.underWay = false;
		this.last = bytes;
	}

	/**
	 * Return how long it may go on from now if nothing moves, in nanoseconds;
	 * {@link #NEVER} if nothing is under way, or for a limit of zero.
	 */
	long remaining(long now, Duration limit) {
		if (!this.underWay || limit.isZero()) {
			return NEVER;
		}
		long nanos = limit.toNanos();
		double earned = (this.last - this.first) * (1e9 / MIN_BYTES_PER_SECOND);
		long untilTooSlow = (long) (nanos + earned) - (now - this.since);
		return Math.min(nanos - (now - this.movedAt), untilTooSlow);
	}

	/**
	 * Return when to look again: several times within the limit, since a move is only
	 * seen by looking.
	 */
	long untilNextLook(long now, Duration limit) {
		return Math.min(remaining(now, limit), this.underWay && !limit.isZero() ? limit.toNanos() / 4 : NEVER);
	}

}
