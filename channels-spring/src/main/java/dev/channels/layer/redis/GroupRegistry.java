package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.channels.ChannelLayerException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.LocalDelivery;
import io.lettuce.core.ScoredValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Keeps the members of this node in the registry. Joins and leaves only mark what has
 * changed; one task at a time writes the local state of what is marked, many memberships
 * per round trip. So it does not matter how often a write is repeated, and after a gap
 * everything is marked once more.
 * <p>
 * In Redis the index of a node names at least all groups in which it has members: it is
 * written before a group's first member and removed after the last.
 */
final class GroupRegistry {

	private static final Log logger = LogFactory.getLog(GroupRegistry.class);

	private static final int BATCH = 2000;

	private static final int MAX_REMOVALS = 100_000;

	/**
	 * A failover can lose about the last second of writes; a minute is on the safe side.
	 */
	private static final long REMOVALS_MEMORY = Duration.ofSeconds(60).toNanos();

	/**
	 * In seconds: memberships have to be written again before they expire.
	 */
	private static final long SHORTEST_EXPIRY = 8;

	private final CommandSender redis;

	private final RedisNames names;

	private final LocalDelivery local;

	private final NodeLease lease;

	private final String node;

	private final long expirySeconds;

	private final Executor executor;

	// guarded by this
	private final Set<Membership> changed = new LinkedHashSet<>();

	// guarded by this
	private CompletableFuture<Void> written = new CompletableFuture<>();

	// guarded by this
	private boolean writing;

	/** What may be in Redis; guarded by this. */
	private final Map<GroupName, Set<ChannelName>> registered = new HashMap<>();

	// guarded by this
	private final Deque<Removal> removals = new ArrayDeque<>();

	/** Whether Redis may have lost the index of this node; guarded by this. */
	private boolean indexLost;

	/** Groups in the index of this node; only used by the task that writes. */
	private final Set<GroupName> indexed = new HashSet<>();

	// only used by the thread that refreshes
	private Iterator<GroupName> refreshing = List.<GroupName>of().iterator();

	/**
	 * @param executor runs the writes, which block it
	 */
	GroupRegistry(CommandSender redis, RedisNames names, LocalDelivery local, NodeLease lease, String node,
			Duration expiry, Executor executor) {
		this.redis = redis;
		this.names = names;
		this.local = local;
		this.lease = lease;
		this.node = node;
		this.expirySeconds = Math.max(SHORTEST_EXPIRY, expiry.toSeconds());
		this.executor = executor;
	}

	/**
	 * A connection of this node has joined or left a group.
	 * @return completes when the registry knows it; fails with a
	 * {@link ChannelLayerException} if it could not be told, it is told later then
	 */
	CompletionStage<Void> changed(GroupName group, ChannelName channel) {
		CompletionStage<Void> result = CompletableFuture.completedStage(null);
		CompletableFuture<Void> settled = null;
		synchronized (this) {
			Membership membership = new Membership(group, channel);
			if (this.local.isMember(group, channel) || isRegistered(membership)) {
				this.changed.add(membership);
				result = this.written;
			}
			else {
				this.changed.remove(membership);
				if (this.changed.isEmpty() && !this.writing) {
					settled = this.written;
					this.written = new CompletableFuture<>();
				}
			}
		}
		if (settled != null) {
			// who has joined and left at once does not wait for a write that never comes
			settled.complete(null);
		}
		writeSoon();
		return result;
	}

	/**
	 * Redis may have lost anything: write all memberships again, and once more the
	 * removals of the last minute.
	 */
	void restore() {
		Collection<GroupName> groups = this.local.groups();
		synchronized (this) {
			forgetOldRemovals(System.nanoTime() - REMOVALS_MEMORY);
			this.removals.forEach((removal) -> {
				add(removal.membership);
				this.changed.add(removal.membership);
			});
			this.registered.forEach(
					(group, members) -> members.forEach((member) -> this.changed.add(new Membership(group, member))));
			groups.forEach((group) -> this.local.members(group)
				.forEach((member) -> this.changed.add(new Membership(group, member))));
			this.indexLost = true;
		}
		writeSoon();
	}

	/**
	 * Write again what is due of the memberships, so that all had their turn long before
	 * they expire. Called each second.
	 */
	void refresh() {
		if (!this.refreshing.hasNext()) {
			this.refreshing = this.local.groups().iterator();
		}
		int groups = this.local.groups().size();
		long seconds = Math.max(1, Math.min(this.expirySeconds / 4, 600));
		for (long due = groups / seconds + 1; due > 0 && this.refreshing.hasNext(); due--) {
			GroupName group = this.refreshing.next();
			List<ChannelName> members = this.local.members(group);
			synchronized (this) {
				members.forEach((member) -> this.changed.add(new Membership(group, member)));
			}
		}
		writeSoon();
	}

	/**
	 * Remove all members of this node, which ends. Blocks.
	 */
	void close() {
		synchronized (this) {
			this.registered.forEach(
					(group, members) -> members.forEach((member) -> this.changed.add(new Membership(group, member))));
		}
		try {
			RedisLink.await(CompletableFuture.runAsync(this::write, this.executor));
			RedisLink.await(this.lease.end());
		}
		catch (ChannelLayerException | RejectedExecutionException ex) {
			logger.info("The members of this node could not be removed from the registry, others will do it later: "
					+ ex.getMessage());
		}
	}

	/**
	 * Forget what was written.
	 */
	synchronized void clear() {
		this.registered.clear();
		this.changed.clear();
		this.removals.clear();
		this.indexLost = true;
	}

	private boolean isRegistered(Membership membership) {
		Set<ChannelName> members = this.registered.get(membership.group);
		return members != null && members.contains(membership.channel);
	}

	private void add(Membership membership) {
		this.registered.computeIfAbsent(membership.group, (group) -> new HashSet<>()).add(membership.channel);
	}

	private void writeSoon() {
		synchronized (this) {
			if (this.writing || this.changed.isEmpty() || !this.redis.isOpen() || this.lease.time() == 0) {
				return;
			}
			this.writing = true;
		}
		try {
			this.executor.execute(this::write);
		}
		catch (RejectedExecutionException ex) {
			CompletableFuture<Void> failed;
			synchronized (this) {
				this.writing = false;
				failed = this.written;
				this.written = new CompletableFuture<>();
			}
			failed.completeExceptionally(new ChannelLayerException("The layer is closed", ex));
		}
	}

	private void write() {
		boolean success = true;
		while (success) {
			List<Membership> batch = new ArrayList<>();
			CompletableFuture<Void> done;
			synchronized (this) {
				Iterator<Membership> iterator = this.changed.iterator();
				while (batch.size() < BATCH && iterator.hasNext()) {
					batch.add(iterator.next());
					iterator.remove();
				}
				if (this.indexLost) {
					this.indexed.clear();
					this.indexLost = false;
				}
				done = this.written;
				if (this.changed.isEmpty()) {
					this.written = new CompletableFuture<>();
				}
				else {
					done = new CompletableFuture<>();
				}
				this.writing = !batch.isEmpty();
			}
			if (batch.isEmpty()) {
				done.complete(null);
				return;
			}
			success = write(batch, done);
		}
		synchronized (this) {
			this.writing = false;
		}
	}

	private boolean write(List<Membership> batch, CompletableFuture<Void> done) {
		try {
			write(new Changes(batch));
			done.complete(null);
			return true;
		}
		catch (RuntimeException ex) {
			logger.debug("The group registry could not be written", ex);
			CompletableFuture<Void> failed;
			synchronized (this) {
				this.changed.addAll(batch);
				failed = this.written;
				this.written = new CompletableFuture<>();
			}
			done.completeExceptionally(RedisLink.failed(ex));
			failed.completeExceptionally(RedisLink.failed(ex));
			return false;
		}
	}

	private void write(Changes changes) {
		Set<GroupName> unknown = new LinkedHashSet<>(changes.added.keySet());
		unknown.removeAll(this.indexed);
		if (!unknown.isEmpty()) {
			byte[][] keys = keys(unknown);
			RedisLink.await(this.redis.send((commands) -> commands.sadd(this.names.nodeGroupsKey(this.node), keys)));
			this.indexed.addAll(unknown);
		}
		List<CompletionStage<?>> replies = new ArrayList<>();
		double score = this.lease.time();
		changes.added.forEach((group, members) -> {
			String key = this.names.membersKey(group);
			replies.add(this.redis.send((commands) -> commands.zadd(key, scored(members, score))));
			replies.add(this.redis.send((commands) -> commands.expire(key, this.expirySeconds)));
		});
		changes.removed.forEach((group, members) -> replies
			.add(this.redis.send((commands) -> commands.zrem(this.names.membersKey(group), bytes(members)))));
		replies.forEach(RedisLink::await);
		removeFromIndex(changes.removed);
	}

	private void removeFromIndex(Map<GroupName, List<ChannelName>> removed) {
		Set<GroupName> left = new LinkedHashSet<>();
		synchronized (this) {
			long now = System.nanoTime();
			removed.forEach((group, members) -> {
				Set<ChannelName> known = this.registered.get(group);
				if (known == null) {
					return;
				}
				members.forEach((member) -> {
					// joined again meanwhile: it is marked and will be written
					if (known.remove(member)) {
						this.removals.add(new Removal(new Membership(group, member), now));
					}
				});
				if (known.isEmpty()) {
					this.registered.remove(group);
					left.add(group);
				}
			});
			forgetOldRemovals(now - REMOVALS_MEMORY);
			while (this.removals.size() > MAX_REMOVALS) {
				this.removals.remove();
			}
		}
		if (!left.isEmpty()) {
			byte[][] keys = keys(left);
			this.indexed.removeAll(left);
			RedisLink.await(this.redis.send((commands) -> commands.srem(this.names.nodeGroupsKey(this.node), keys)));
		}
	}

	private void forgetOldRemovals(long oldest) {
		Removal first = this.removals.peek();
		while (first != null && first.time - oldest < 0) {
			this.removals.remove();
			first = this.removals.peek();
		}
	}

	private byte[][] keys(Collection<GroupName> groups) {
		return groups.stream().map((group) -> Script.bytes(this.names.membersKey(group))).toArray(byte[][]::new);
	}

	private static byte[][] bytes(List<ChannelName> members) {
		return members.stream().map((member) -> Script.bytes(member.value())).toArray(byte[][]::new);
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static ScoredValue<byte[]>[] scored(List<ChannelName> members, double score) {
		ScoredValue[] values = members.stream()
			.map((member) -> ScoredValue.just(score, Script.bytes(member.value())))
			.toArray(ScoredValue[]::new);
		return values;
	}

	private record Membership(GroupName group, ChannelName channel) {

	}

	private record Removal(Membership membership, long time) {

	}

	/**
	 * What to write for marked memberships: the local state as it is now.
	 */
	private final class Changes {

		private final Map<GroupName, List<ChannelName>> added = new LinkedHashMap<>();

		private final Map<GroupName, List<ChannelName>> removed = new LinkedHashMap<>();

		Changes(List<Membership> marked) {
			synchronized (GroupRegistry.this) {
				for (Membership membership : marked) {
					boolean member = GroupRegistry.this.local.isMember(membership.group, membership.channel);
					if (member) {
						// before it is written: a write whose reply is lost may have
						// been one
						add(membership);
					}
					(member ? this.added : this.removed).computeIfAbsent(membership.group, (group) -> new ArrayList<>())
						.add(membership.channel);
				}
			}
		}

	}

}
