package dev.channels.layer.redis;

import java.util.ArrayList;
import java.util.Collection;
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
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import dev.channels.ChannelLayerException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.LocalDelivery;
import org.jspecify.annotations.Nullable;

/**
 * Which memberships of this node have to be written to the registry. A mark says that one
 * may have changed; what is written is the local state in the moment of writing, so that
 * it does not matter how often a membership is marked.
 * <p>
 * Three kinds of marks, each membership has one at most: <em>fresh</em> ones, of
 * connections that have just joined or left and may wait; <em>later</em> ones, of
 * renewals and restores, which take turns with the fresh ones; and what <em>failed</em>,
 * which waits for {@link #retry()}. So a group that cannot be written delays no other,
 * and a Redis that refuses everything is asked once a second, not once a join.
 * <p>
 * Memory is bounded by the memberships that there are, here and in Redis: who was never
 * written leaves nothing behind. Safe for use by many threads; stages complete outside of
 * the monitor.
 */
final class MembershipJournal {

	static final int BATCH = 2000;

	/**
	 * How many memberships may wait for being removed while part of a cluster does not
	 * answer. More of them end by their expiry.
	 */
	private static final int MAX_LEFT = 100_000;

	/** For marks that nobody waits for. */
	private static final CompletableFuture<Void> NOBODY = CompletableFuture.completedFuture(null);

	private final LocalDelivery local;

	// guarded by this
	private final RecentRemovals removals;

	/** With what those who wait were given; guarded by this. */
	private final Map<Membership, CompletableFuture<Void>> fresh = new LinkedHashMap<>();

	// guarded by this
	private final Set<Membership> later = new LinkedHashSet<>();

	// guarded by this
	private final Set<Membership> failed = new LinkedHashSet<>();

	/** Groups to be tidied up when they are written; guarded by this. */
	private final Set<GroupName> turns = new HashSet<>();

	/** What may be in Redis; guarded by this. */
	private final Map<GroupName, Set<ChannelName>> registered = new HashMap<>();

	/**
	 * Whether later marks are written: not any more after a batch of them of which
	 * nothing could be written; guarded by this.
	 */
	private boolean round;

	/** Guarded by this. */
	private boolean laterNext;

	MembershipJournal(LocalDelivery local, LongSupplier nanoTime) {
		this.local = local;
		this.removals = new RecentRemovals(nanoTime);
	}

	/**
	 * A connection has joined or left a group.
	 * @return completes when that is written, at once if there is nothing to be written;
	 * fails if it could not be written
	 */
	CompletionStage<Void> changed(Membership membership) {
		CompletableFuture<Void> settled;
		synchronized (this) {
			this.later.remove(membership);
			this.failed.remove(membership);
			if (isMember(membership) || isRegistered(membership)) {
				return this.fresh.computeIfAbsent(membership, (marked) -> new CompletableFuture<>());
			}
			settled = this.fresh.remove(membership);
		}
		if (settled != null) {
			// who has joined and left at once does not wait for a write that never comes
			settled.complete(null);
		}
		return CompletableFuture.completedStage(null);
	}

	/**
	 * It is time to write these again.
	 */
	synchronized void renew(RenewalSchedule.Slice slice) {
		slice.members().forEach((member) -> markLater(new Membership(slice.group(), member)));
		if (slice.first()) {
			this.turns.add(slice.group());
		}
		this.round = true;
	}

	/**
	 * Redis may have lost anything, also removals of late: write everything again.
	 */
	void markAll() {
		synchronized (this) {
			this.removals.all().forEach((removal) -> {
				register(removal);
				markLater(removal);
			});
			markRegistered();
		}
		this.local.groups().forEach((group) -> {
			List<ChannelName> members = this.local.members(group);
			synchronized (this) {
				members.forEach((member) -> markLater(new Membership(group, member)));
			}
		});
		retry();
	}

	/**
	 * Whatever may be in Redis: write it again, or remove it.
	 */
	synchronized void markRegistered() {
		this.registered
			.forEach((group, members) -> members.forEach((member) -> markLater(new Membership(group, member))));
		this.round = true;
	}

	/**
	 * Try again what could not be written.
	 */
	synchronized void retry() {
		this.later.addAll(this.failed);
		this.failed.clear();
		this.round = true;
	}

	/**
	 * Let nobody wait any longer: nothing can be written for now.
	 */
	void giveUp(ChannelLayerException failure) {
		List<CompletableFuture<Void>> waiting;
		synchronized (this) {
			waiting = new ArrayList<>(this.fresh.values());
			this.failed.addAll(this.fresh.keySet());
			this.fresh.clear();
		}
		waiting.forEach((stage) -> stage.completeExceptionally(failure));
	}

	/**
	 * Nothing was lost until now, so older removals need not be repeated.
	 */
	synchronized void forgetOldRemovals() {
		this.removals.forgetOld();
	}

	/**
	 * Forget everything: Redis is emptied, and nobody is a member here any more.
	 */
	void clear() {
		List<CompletableFuture<Void>> waiting;
		synchronized (this) {
			waiting = new ArrayList<>(this.fresh.values());
			this.fresh.clear();
			this.later.clear();
			this.failed.clear();
			this.turns.clear();
			this.registered.clear();
			this.removals.clear();
		}
		waiting.forEach((stage) -> stage.complete(null));
	}

	synchronized boolean hasWork() {
		return !this.fresh.isEmpty() || (this.round && !this.later.isEmpty());
	}

	/**
	 * Whether Redis may hold members of this node.
	 */
	synchronized boolean hasRegistered() {
		return !this.registered.isEmpty();
	}

	/**
	 * Return how many memberships this journal knows of.
	 */
	synchronized int size() {
		return this.fresh.size() + this.later.size() + this.failed.size()
				+ this.registered.values().stream().mapToInt(Set::size).sum();
	}

	/**
	 * Return what to write next, {@code null} if there is nothing. One batch is written
	 * at a time.
	 */
	synchronized @Nullable Batch take() {
		boolean later = this.round && !this.later.isEmpty() && (this.laterNext || this.fresh.isEmpty());
		Map<Membership, CompletableFuture<Void>> taken = new LinkedHashMap<>();
		if (later) {
			Iterator<Membership> marks = this.later.iterator();
			while (marks.hasNext() && taken.size() < BATCH) {
				taken.put(marks.next(), NOBODY);
				marks.remove();
			}
		}
		else {
			Iterator<Map.Entry<Membership, CompletableFuture<Void>>> marks = this.fresh.entrySet().iterator();
			while (marks.hasNext() && taken.size() < BATCH) {
				Map.Entry<Membership, CompletableFuture<Void>> mark = marks.next();
				taken.put(mark.getKey(), mark.getValue());
				marks.remove();
			}
		}
		this.laterNext = !later && !taken.isEmpty();
		if (taken.isEmpty()) {
			// what is left are groups whose members have left meanwhile
			this.turns.clear();
		}
		return taken.isEmpty() ? null : new Batch(taken, later);
	}

	private void markLater(Membership membership) {
		this.failed.remove(membership);
		if (!this.fresh.containsKey(membership)) {
			this.later.add(membership);
		}
	}

	private void markFailed(Membership membership) {
		if (this.fresh.containsKey(membership) || !(isMember(membership) || isRegistered(membership))) {
			return;
		}
		if (isMember(membership) || this.failed.size() - this.local.memberships() < MAX_LEFT) {
			this.failed.add(membership);
		}
		else {
			unregister(membership);
		}
	}

	private boolean isMember(Membership membership) {
		return this.local.isMember(membership.group(), membership.channel());
	}

	private boolean isRegistered(Membership membership) {
		Set<ChannelName> members = this.registered.get(membership.group());
		return members != null && members.contains(membership.channel());
	}

	private boolean register(Membership membership) {
		return this.registered.computeIfAbsent(membership.group(), (group) -> new HashSet<>())
			.add(membership.channel());
	}

	private boolean unregister(Membership membership) {
		Set<ChannelName> members = this.registered.get(membership.group());
		if (members == null || !members.remove(membership.channel())) {
			return false;
		}
		if (members.isEmpty()) {
			this.registered.remove(membership.group());
		}
		return true;
	}

	/**
	 * Memberships that are written together. Each is settled by itself: it is written, or
	 * it has failed. Used by the task that writes.
	 */
	final class Batch {

		/** What is not settled yet; guarded by the journal. */
		private final Map<Membership, CompletableFuture<Void>> open;

		/** What is being removed; guarded by the journal. */
		private final Set<Membership> leaving = new HashSet<>();

		/** What was not in Redis before; guarded by the journal. */
		private final Set<Membership> added = new HashSet<>();

		private final boolean later;

		/** Guarded by the journal. */
		private boolean progress;

		private Batch(Map<Membership, CompletableFuture<Void>> taken, boolean later) {
			this.open = taken;
			this.later = later;
		}

		/**
		 * Return who is in Redis and has left.
		 */
		Map<GroupName, List<ChannelName>> removals() {
			List<Membership> nothing = new ArrayList<>();
			Map<GroupName, List<ChannelName>> removals = new LinkedHashMap<>();
			synchronized (MembershipJournal.this) {
				for (Membership membership : this.open.keySet()) {
					if (isMember(membership)) {
						continue;
					}
					if (isRegistered(membership)) {
						this.leaving.add(membership);
						collect(removals, membership);
					}
					else {
						nothing.add(membership);
					}
				}
			}
			written(nothing);
			return removals;
		}

		/**
		 * Return the groups in which there are members to be written.
		 */
		Set<GroupName> groups() {
			Set<GroupName> groups = new LinkedHashSet<>();
			synchronized (MembershipJournal.this) {
				this.open.keySet().stream().filter(this::isStaying).forEach((it) -> groups.add(it.group()));
			}
			return groups;
		}

		/**
		 * Return those of these groups whose turn begins, each once.
		 */
		Set<GroupName> turns(Set<GroupName> groups) {
			Set<GroupName> turns = new HashSet<>(groups);
			synchronized (MembershipJournal.this) {
				turns.retainAll(MembershipJournal.this.turns);
				MembershipJournal.this.turns.removeAll(turns);
			}
			return turns;
		}

		/**
		 * Return who is a member of these groups, and is sent to Redis now: whether it
		 * arrives or not, it may be there from now on.
		 */
		Map<GroupName, List<ChannelName>> additions(Set<GroupName> groups) {
			Map<GroupName, List<ChannelName>> additions = new LinkedHashMap<>();
			synchronized (MembershipJournal.this) {
				for (Membership membership : this.open.keySet()) {
					if (groups.contains(membership.group()) && isStaying(membership)) {
						if (register(membership)) {
							this.added.add(membership);
						}
						collect(additions, membership);
					}
				}
			}
			return additions;
		}

		/**
		 * Redis has written these members of a group.
		 */
		void added(GroupName group, List<ChannelName> members) {
			written(memberships(group, members));
		}

		/**
		 * Redis has removed these members of a group.
		 * @return whether none of this node is left there
		 */
		boolean removed(GroupName group, List<ChannelName> members) {
			List<Membership> removed = memberships(group, members);
			boolean empty;
			synchronized (MembershipJournal.this) {
				removed.forEach((membership) -> {
					// who has joined again meanwhile is marked and will be written
					if (unregister(membership)) {
						MembershipJournal.this.removals.add(membership);
					}
				});
				empty = !isInRedis(group);
			}
			written(removed);
			return empty;
		}

		/**
		 * Whether members of this node may be in a group in Redis.
		 */
		boolean isInRedis(GroupName group) {
			synchronized (MembershipJournal.this) {
				return MembershipJournal.this.registered.containsKey(group);
			}
		}

		/**
		 * These members of a group could not be written or removed.
		 */
		void failed(GroupName group, List<ChannelName> members, ChannelLayerException failure) {
			failed(memberships(group, members), failure);
		}

		/**
		 * Nobody of these groups could be written.
		 */
		void failed(Set<GroupName> groups, ChannelLayerException failure) {
			List<Membership> memberships;
			synchronized (MembershipJournal.this) {
				memberships = this.open.keySet()
					.stream()
					.filter((it) -> groups.contains(it.group()) && isStaying(it))
					.toList();
			}
			failed(memberships, failure);
		}

		/**
		 * No more is done. What has left while it waited for its turn is settled.
		 * @param failure what kept the rest from being written, if anything did
		 */
		void end(@Nullable ChannelLayerException failure) {
			List<Membership> rest;
			synchronized (MembershipJournal.this) {
				rest = List.copyOf(this.open.keySet());
			}
			if (failure != null) {
				failed(rest, failure);
			}
			else {
				written(rest);
			}
			synchronized (MembershipJournal.this) {
				if (this.later && !this.progress) {
					MembershipJournal.this.round = false;
				}
			}
		}

		/**
		 * Whether this is to be written. Who is being removed and has joined again is
		 * not, but is marked anew.
		 */
		private boolean isStaying(Membership membership) {
			return isMember(membership) && !this.leaving.contains(membership);
		}

		private void written(List<Membership> memberships) {
			settle(memberships, (stage) -> stage.complete(null), (membership) -> this.progress = true);
		}

		private void failed(List<Membership> memberships, ChannelLayerException failure) {
			boolean refused = RedisProblems.isRefusal(failure);
			settle(memberships, (stage) -> stage.completeExceptionally(failure), (membership) -> {
				if (refused && this.added.contains(membership)) {
					unregister(membership);
				}
				markFailed(membership);
			});
		}

		private void settle(List<Membership> memberships, Consumer<CompletableFuture<Void>> told,
				Consumer<Membership> noted) {
			List<CompletableFuture<Void>> stages = new ArrayList<>();
			synchronized (MembershipJournal.this) {
				for (Membership membership : memberships) {
					CompletableFuture<Void> stage = this.open.remove(membership);
					if (stage != null) {
						noted.accept(membership);
						stages.add(stage);
					}
				}
			}
			stages.forEach(told);
		}

		private static void collect(Map<GroupName, List<ChannelName>> groups, Membership membership) {
			groups.computeIfAbsent(membership.group(), (group) -> new ArrayList<>()).add(membership.channel());
		}

		private static List<Membership> memberships(GroupName group, Collection<ChannelName> members) {
			return members.stream().map((member) -> new Membership(group, member)).toList();
		}

	}

}
