package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.GroupName;
import dev.channels.layer.SharedEvent;

/**
 * Many connections of one node. Each watches that the numbers of each sender only grow:
 * an event that comes twice or too late is a violation.
 */
final class Population {

	private final ChannelLayer layer;

	private final List<Member> members = new ArrayList<>();

	private final Queue<String> violations = new ConcurrentLinkedQueue<>();

	Population(ChannelLayer layer) {
		this.layer = layer;
	}

	/**
	 * Add connections, spread over groups.
	 */
	Population join(int connections, List<GroupName> groups) throws Exception {
		List<CompletableFuture<?>> joins = new ArrayList<>();
		for (int i = 0; i < connections; i++) {
			Member member = new Member(this.layer.newChannel(), groups.get(i % groups.size()));
			this.members.add(member);
			joins.add(this.layer.subscribe(member.name, member::receive).toCompletableFuture());
			joins.add(this.layer.groupAdd(member.group, member.name).toCompletableFuture());
		}
		CompletableFuture.allOf(joins.toArray(CompletableFuture<?>[]::new)).get(20, TimeUnit.SECONDS);
		return this;
	}

	/**
	 * Remove all connections.
	 */
	void leave() throws Exception {
		List<CompletableFuture<?>> leaves = new ArrayList<>();
		for (Member member : this.members) {
			leaves.add(this.layer.groupDiscard(member.group, member.name).toCompletableFuture());
			this.layer.unsubscribe(member.name);
		}
		CompletableFuture.allOf(leaves.toArray(CompletableFuture<?>[]::new)).get(20, TimeUnit.SECONDS);
		this.members.clear();
	}

	List<Member> members() {
		return this.members;
	}

	Queue<String> violations() {
		return this.violations;
	}

	/**
	 * Whether each member has seen an event of each of these senders with at least this
	 * number.
	 */
	boolean haveSeen(List<String> senders, int number) {
		return this.members.stream()
			.allMatch(
					(member) -> senders.stream().allMatch((sender) -> member.last.getOrDefault(sender, -1) >= number));
	}

	final class Member {

		private final ChannelName name;

		private final GroupName group;

		private final Map<String, Integer> last = new ConcurrentHashMap<>();

		private volatile int received;

		private volatile long lastNanos;

		private volatile long longestPause;

		Member(ChannelName name, GroupName group) {
			this.name = name;
			this.group = group;
		}

		ChannelName name() {
			return this.name;
		}

		GroupName group() {
			return this.group;
		}

		int received() {
			return this.received;
		}

		/**
		 * Return the largest number that came from a sender, 0 if none did.
		 */
		int last(String sender) {
			return this.last.getOrDefault(sender, 0);
		}

		/**
		 * Return the longest time between two events.
		 */
		Duration longestPause() {
			return Duration.ofNanos(this.longestPause);
		}

		/** Called by one thread at a time: that of the Redis client. */
		@SuppressWarnings("NonAtomicVolatileUpdate")
		private void receive(Delivery delivery) {
			SharedEvent event = delivery.take();
			if (event == null) {
				Population.this.violations.add("expired at " + this.name);
				return;
			}
			Map<?, ?> payload = (Map<?, ?>) event.payload(Map.class);
			String sender = (String) payload.get("sender");
			int number = ((Number) payload.get("number")).intValue();
			Integer before = this.last.get(sender);
			if (before != null && before >= number) {
				Population.this.violations.add(this.name + " got " + number + " of " + sender + " after " + before);
			}
			this.last.merge(sender, number, Math::max);
			long now = System.nanoTime();
			if (this.received++ > 0) {
				this.longestPause = Math.max(this.longestPause, now - this.lastNanos);
			}
			this.lastNanos = now;
		}

	}

}
