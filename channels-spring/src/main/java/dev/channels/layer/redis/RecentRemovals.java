package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The memberships that were removed from Redis of late, which a failover can bring back:
 * it loses about the last second of writes. They are forgotten after a minute, but only
 * while nothing was lost: how long Redis is away says nothing about when it lost
 * something. Not safe for use by many threads.
 */
final class RecentRemovals {

	/**
	 * More than that can only be while some servers of a cluster are away for long. What
	 * is forgotten then ends by its expiry at the latest.
	 */
	static final int MAX = 100_000;

	/** A second would do; a minute is on the safe side. */
	private static final long MEMORY = Duration.ofSeconds(60).toNanos();

	private final LongSupplier nanoTime;

	private final Deque<Removal> removals = new ArrayDeque<>();

	RecentRemovals(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Redis has said that it removed a membership.
	 */
	void add(Membership membership) {
		if (this.removals.size() == MAX) {
			this.removals.remove();
		}
		this.removals.add(new Removal(membership, this.nanoTime.getAsLong()));
	}

	/**
	 * Nothing was lost until now.
	 */
	void forgetOld() {
		long oldest = this.nanoTime.getAsLong() - MEMORY;
		Removal first = this.removals.peek();
		while (first != null && first.time - oldest < 0) {
			this.removals.remove();
			first = this.removals.peek();
		}
	}

	List<Membership> all() {
		return this.removals.stream().map(Removal::membership).toList();
	}

	void clear() {
		this.removals.clear();
	}

	private record Removal(Membership membership, long time) {

	}

}
