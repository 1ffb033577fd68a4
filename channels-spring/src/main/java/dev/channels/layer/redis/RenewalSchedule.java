package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;

import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.LocalDelivery;
import org.jspecify.annotations.Nullable;

/**
 * Says which memberships of this node have to be written again, so that each has its turn
 * once in a period, or in two while there come many more. They are spread evenly, a large
 * group in slices. For use by one thread.
 */
final class RenewalSchedule {

	/** So that no slice is larger than what is written at once. */
	private static final int LARGEST_SLICE = 2000;

	private final LocalDelivery local;

	private final long period;

	private final LongSupplier nanoTime;

	/** When the turn of the first of the groups came. */
	private long begin;

	private long lastTime;

	/** How many there were at the beginning. */
	private long number;

	/** Memberships that are due, multiplied by the period. */
	private long credit;

	private Iterator<GroupName> groups = Collections.emptyIterator();

	private @Nullable GroupName group;

	/** Whose turn it was last in the group. */
	private @Nullable ChannelName last;

	RenewalSchedule(LocalDelivery local, Duration period, LongSupplier nanoTime) {
		this.local = local;
		this.period = period.toNanos();
		this.nanoTime = nanoTime;
		restart();
	}

	/**
	 * All memberships are written at this moment.
	 */
	void restart() {
		this.begin = this.nanoTime.getAsLong();
		this.lastTime = this.begin;
		this.number = this.local.memberships();
		this.credit = 0;
		this.groups = this.local.groups().iterator();
		this.group = null;
		this.last = null;
	}

	/**
	 * Return what has become due since the last call.
	 */
	List<Slice> due() {
		long now = this.nanoTime.getAsLong();
		this.credit += Math.max(this.number, this.local.memberships()) * Math.min(now - this.lastTime, this.period);
		this.lastTime = now;
		List<Slice> due = new ArrayList<>();
		while (this.credit >= this.period) {
			Slice slice = next((int) Math.min(LARGEST_SLICE, this.credit / this.period));
			if (slice == null) {
				this.credit = 0;
				break;
			}
			this.credit -= slice.members.size() * this.period;
			due.add(slice);
		}
		if (now - this.begin >= this.period && this.group == null && !this.groups.hasNext()) {
			restart();
		}
		return due;
	}

	private @Nullable Slice next(int limit) {
		while (this.group != null || this.groups.hasNext()) {
			GroupName current = (this.group != null) ? this.group : this.groups.next();
			boolean first = this.group == null;
			List<ChannelName> rest = this.local.members(current, this.last, limit + 1);
			boolean more = rest.size() > limit;
			List<ChannelName> members = more ? rest.subList(0, limit) : rest;
			this.group = more ? current : null;
			this.last = more ? members.get(limit - 1) : null;
			if (!members.isEmpty()) {
				return new Slice(current, members, first);
			}
		}
		return null;
	}

	/**
	 * Some members of a group.
	 *
	 * @param group the group
	 * @param members whose turn it is
	 * @param first whether the turn of the group begins with them
	 */
	record Slice(GroupName group, List<ChannelName> members, boolean first) {

	}

}
