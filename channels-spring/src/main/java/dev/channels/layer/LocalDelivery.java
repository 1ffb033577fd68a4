package dev.channels.layer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.Assert;

/**
 * The channels and groups of this node. Every layer delivers through it, so that
 * capacity, expiry and membership mean the same on all of them. Safe for use by many
 * threads; nothing here blocks.
 * <p>
 * Events that one thread delivers to one group reach each member in order.
 *
 * @since 0.1.0
 */
public final class LocalDelivery {

	private static final Comparator<ChannelName> BY_NAME = Comparator.comparing(ChannelName::value);

	private final LayerSettings settings;

	private final DropCounter drops;

	private final PayloadReader reader;

	private final LongSupplier nanoTime;

	private final Map<ChannelName, LocalChannel> channels = new ConcurrentHashMap<>();

	/**
	 * Members sorted by name, so that a page of them does not cost a look at all. A
	 * group's map is only changed within {@code compute}, so that none is removed while
	 * somebody joins it.
	 */
	private final Map<GroupName, ConcurrentNavigableMap<ChannelName, Member>> groups = new ConcurrentHashMap<>();

	/** Changed with the groups. */
	private final LongAdder memberships = new LongAdder();

	private final OncePerMember once;

	/**
	 * Create an empty node.
	 * @param settings the limits
	 * @param drops where to count what is dropped
	 * @param mapper the application's mapper, which reads payloads
	 */
	public LocalDelivery(LayerSettings settings, DropCounter drops, JsonMapper mapper) {
		this(settings, drops, mapper, System::nanoTime);
	}

	LocalDelivery(LayerSettings settings, DropCounter drops, JsonMapper mapper, LongSupplier nanoTime) {
		this.settings = settings;
		this.drops = drops;
		this.reader = new PayloadReader(mapper);
		this.nanoTime = nanoTime;
		this.once = new OncePerMember(this::isMember, nanoTime);
	}

	/**
	 * Prepare an event for delivery.
	 * @param event the event
	 * @return what its receivers share
	 */
	public SharedEvent share(LayerEvent event) {
		return new SharedEvent(event, this.reader);
	}

	/**
	 * Serve a channel.
	 * @param channel the channel
	 * @param receiver gets its events, on the thread that delivers; must neither block
	 * nor throw. A {@link Receiver} is asked to close past events that wait
	 * @throws IllegalStateException if the channel is served already
	 */
	public void subscribe(ChannelName channel, Consumer<Delivery> receiver) {
		LocalChannel added = new LocalChannel(channel, this.settings, receiver, this.drops, this.nanoTime);
		Assert.state(this.channels.putIfAbsent(channel, added) == null,
				() -> "Channel '" + channel + "' has a receiver already");
	}

	/**
	 * Stop serving a channel. Does nothing if nobody serves it. Its memberships stay
	 * until they are discarded or expire.
	 * @param channel the channel
	 */
	public void unsubscribe(ChannelName channel) {
		LocalChannel removed = this.channels.remove(channel);
		if (removed != null) {
			removed.close();
		}
	}

	/**
	 * Add a channel to a group. Does nothing but renew the membership if it is a member.
	 * @param group the group
	 * @param channel the channel
	 * @return whether it is the first member on this node
	 */
	public boolean join(GroupName group, ChannelName channel) {
		boolean[] first = new boolean[1];
		this.groups.compute(group, (name, members) -> {
			first[0] = (members == null);
			ConcurrentNavigableMap<ChannelName, Member> result = (members != null) ? members
					: new ConcurrentSkipListMap<>(BY_NAME);
			if (result.put(channel, new Member(this.nanoTime.getAsLong(), this.channels.get(channel))) == null) {
				this.memberships.increment();
			}
			return result;
		});
		return first[0];
	}

	/**
	 * Remove a channel from a group. Does nothing if it is no member.
	 * @param group the group
	 * @param channel the channel
	 * @return whether it was the last member on this node
	 */
	public boolean leave(GroupName group, ChannelName channel) {
		boolean[] last = new boolean[1];
		this.groups.computeIfPresent(group, (name, members) -> {
			if (members.remove(channel) != null) {
				this.memberships.decrement();
			}
			last[0] = members.isEmpty();
			return members.isEmpty() ? null : members;
		});
		return last[0];
	}

	/**
	 * Deliver an event to the members of a group, except those that the event itself
	 * excludes, and those that have it already as members of another group that it was
	 * sent to. A member that is full misses it, which is counted.
	 * @param group the group
	 * @param event the event
	 */
	public void deliver(GroupName group, LayerEvent event) {
		OncePerMember.Arrival arrival = this.once.arrived(group, event);
		Map<ChannelName, Member> members = this.groups.get(group);
		if (members == null) {
			return;
		}
		SharedEvent shared = share(event);
		Set<?> except = event.except().isEmpty() ? Set.of() : new HashSet<>(event.except());
		long now = this.nanoTime.getAsLong();
		members.forEach((channel, member) -> {
			if ((except.isEmpty() || !except.contains(channel.value())) && arrival.isFor(channel, member.since)) {
				deliver(group, channel, member, shared, now);
			}
		});
	}

	private void deliver(GroupName group, ChannelName name, Member member, SharedEvent event, long now) {
		LocalChannel channel = member.channel;
		if (channel == null || channel.isClosed()) {
			channel = this.channels.get(name);
		}
		if (channel == null) {
			this.drops.count(DropReason.NO_RECEIVER, 1);
			if (now - member.since > this.settings.groupExpiry().toNanos()) {
				leave(group, name);
			}
		}
		else if (!channel.offer(event, now)) {
			this.drops.dropped(DropReason.CAPACITY, () -> event + " of " + group + " for " + name);
		}
	}

	/**
	 * Deliver an event to one channel.
	 * @param name the channel
	 * @param event the event
	 * @return whether it was taken, or why not
	 */
	public Outcome deliver(ChannelName name, LayerEvent event) {
		LocalChannel channel = this.channels.get(name);
		if (channel == null) {
			return Outcome.NO_RECEIVER;
		}
		return channel.offer(share(event), this.nanoTime.getAsLong()) ? Outcome.TAKEN : Outcome.FULL;
	}

	/**
	 * Return the capacity of a channel.
	 * @param channel the channel
	 * @return the number of events that may wait in it
	 */
	public int capacityOf(ChannelName channel) {
		LocalChannel local = this.channels.get(channel);
		return (local != null) ? local.capacity() : this.settings.capacityOf(channel);
	}

	/**
	 * Return the members of a group on this node.
	 * @param group the group
	 * @return a copy
	 */
	public List<ChannelName> members(GroupName group) {
		Map<ChannelName, Member> members = this.groups.get(group);
		return (members != null) ? new ArrayList<>(members.keySet()) : List.of();
	}

	/**
	 * Return some of the members of a group on this node, sorted by name.
	 * @param group the group
	 * @param after begin behind this name, with the first member if it is {@code null}
	 * @param limit how many to return at most
	 * @return a copy
	 */
	public List<ChannelName> members(GroupName group, @Nullable ChannelName after, int limit) {
		ConcurrentNavigableMap<ChannelName, Member> members = this.groups.get(group);
		if (members == null) {
			return List.of();
		}
		return ((after != null) ? members.tailMap(after, false) : members).keySet().stream().limit(limit).toList();
	}

	/**
	 * Count the members of a group on this node.
	 * @param group the group
	 * @return the number, zero for an unknown group
	 */
	public int size(GroupName group) {
		Map<ChannelName, Member> members = this.groups.get(group);
		return (members != null) ? members.size() : 0;
	}

	/**
	 * Count the memberships of all groups on this node.
	 * @return the number; it may be a little behind while others join and leave
	 */
	public long memberships() {
		return this.memberships.sum();
	}

	/**
	 * Return the groups that have members on this node.
	 * @return a copy
	 */
	public Collection<GroupName> groups() {
		return new ArrayList<>(this.groups.keySet());
	}

	/**
	 * Whether a channel is a member of a group.
	 * @param group the group
	 * @param channel the channel
	 * @return {@code true} if so
	 */
	public boolean isMember(GroupName group, ChannelName channel) {
		Map<ChannelName, Member> members = this.groups.get(group);
		return members != null && members.containsKey(channel);
	}

	/**
	 * Forget all memberships.
	 */
	public void clearGroups() {
		this.groups.keySet().forEach((group) -> this.groups.computeIfPresent(group, (name, members) -> {
			this.memberships.add(-members.size());
			return null;
		}));
	}

	/**
	 * When a member joined, and the channel that was served then, so that nobody has to
	 * look for it.
	 */
	private record Member(long since, @Nullable LocalChannel channel) {

	}

	/**
	 * What became of an event for one channel.
	 */
	public enum Outcome {

		/**
		 * The event waits in the channel.
		 */
		TAKEN,

		/**
		 * The channel holds its capacity of events.
		 */
		FULL,

		/**
		 * Nobody serves the channel on this node.
		 */
		NO_RECEIVER

	}

}
