package dev.channels.layer;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;

import dev.channels.InvalidNameException;
import org.springframework.util.Assert;

/**
 * Sees to it that an event for several groups comes once to each member of this node. A
 * copy of it comes for each of the groups, so that it keeps its place among the other
 * events of each group. Who is in several of them gets the first copy that comes; whoever
 * that is has to be remembered until the other copies are there, because memberships may
 * change in between.
 * <p>
 * Safe for use by many threads: {@link #events} is guarded by itself.
 */
final class OncePerMember {

	private static final int MAX_GROUPS = 100;

	private static final int MAX_ID = 100;

	/** By then the copies of an event have come, or are lost. */
	private static final long REMEMBER = TimeUnit.SECONDS.toNanos(30);

	private static final int MAX_EVENTS = 50_000;

	private static final String ID = "id";

	private static final String GROUPS = "groups";

	private static final Arrival FOR_ALL = (channel, joined) -> true;

	private static final String SENDER = UUID.randomUUID().toString().replace("-", "");

	private static final AtomicLong sent = new AtomicLong();

	private final BiPredicate<GroupName, ChannelName> membership;

	private final LongSupplier nanoTime;

	/** What has not yet come for all of its groups, the oldest first. */
	private final Map<String, Known> events = new LinkedHashMap<>();

	OncePerMember(BiPredicate<GroupName, ChannelName> membership, LongSupplier nanoTime) {
		this.membership = membership;
		this.nanoTime = nanoTime;
	}

	static void requireLegal(List<GroupName> groups) {
		Assert.isTrue(!groups.isEmpty() && groups.size() <= MAX_GROUPS,
				() -> "An event is sent to 1 to " + MAX_GROUPS + " groups at once, not to " + groups.size());
	}

	/**
	 * Mark an event, of which a copy is then sent to each of the groups.
	 */
	static LayerEvent mark(LayerEvent event, List<GroupName> groups) {
		if (groups.size() == 1) {
			return event;
		}
		String id = SENDER + "." + Long.toString(sent.incrementAndGet(), Character.MAX_RADIX);
		return event.with(LayerEvent.ONCE, Map.of(ID, id, GROUPS, groups.stream().map(GroupName::value).toList()));
	}

	/**
	 * Tell that an event has come for one group.
	 * @return for which members of this group it is
	 */
	Arrival arrived(GroupName group, LayerEvent event) {
		if (event.controls().get(LayerEvent.ONCE) instanceof Map<?, ?> mark && mark.get(ID) instanceof String id
				&& id.length() <= MAX_ID && mark.get(GROUPS) instanceof List<?> names) {
			List<GroupName> groups = groups(names);
			if (groups.contains(group)) {
				Known known = known(id, groups);
				return (channel, joined) -> isFor(known, group, channel, joined);
			}
		}
		return FOR_ALL;
	}

	/**
	 * What comes from outside may be anything: names that cannot be those of groups are
	 * as good as none.
	 */
	private static List<GroupName> groups(List<?> names) {
		if (names.size() > MAX_GROUPS || !names.stream().allMatch(String.class::isInstance)) {
			return List.of();
		}
		try {
			return names.stream().map((name) -> GroupName.of((String) name)).toList();
		}
		catch (InvalidNameException ex) {
			return List.of();
		}
	}

	private Known known(String id, List<GroupName> groups) {
		long now = this.nanoTime.getAsLong();
		synchronized (this.events) {
			Known known = this.events.get(id);
			if (known == null) {
				forgetOld(now);
				known = new Known(groups, now);
				this.events.put(id, known);
			}
			known.copies++;
			if (known.copies >= groups.size()) {
				this.events.remove(id);
			}
			return known;
		}
	}

	private void forgetOld(long now) {
		Iterator<Known> oldest = this.events.values().iterator();
		while (oldest.hasNext() && (now - oldest.next().firstAt > REMEMBER || this.events.size() >= MAX_EVENTS)) {
			oldest.remove();
		}
	}

	private boolean isFor(Known known, GroupName group, ChannelName channel, long joined) {
		if (joined - known.firstAt > 0) {
			// may have come from another of the groups, where it got the event
			return false;
		}
		return isInAnother(known.groups, group, channel) ? known.served.add(channel) : !known.served.contains(channel);
	}

	private boolean isInAnother(List<GroupName> groups, GroupName group, ChannelName channel) {
		for (GroupName other : groups) {
			if (!other.equals(group) && this.membership.test(other, channel)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Return how many events wait for copies.
	 */
	int size() {
		synchronized (this.events) {
			return this.events.size();
		}
	}

	/**
	 * An event that has come for a group.
	 */
	@FunctionalInterface
	interface Arrival {

		/**
		 * Whether it is for a member.
		 * @param joined when the member joined the group
		 */
		boolean isFor(ChannelName channel, long joined);

	}

	/**
	 * An event of which at least one copy has come.
	 */
	private static final class Known {

		private final List<GroupName> groups;

		private final long firstAt;

		/** Members of several of the groups that have the event. */
		private final Set<ChannelName> served = ConcurrentHashMap.newKeySet();

		private int copies;

		Known(List<GroupName> groups, long firstAt) {
			this.groups = groups;
			this.firstAt = firstAt;
		}

	}

}
