package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The Redis channels that this node wants, and how far Redis has acknowledged them. At
 * most one command is under way per channel, so that an acknowledgement is never that of
 * an older command. What is lost (rejected, cut off, timed out) is sent again by
 * {@link #check()}.
 * <p>
 * Fields are guarded by this object's monitor; nothing under it blocks. Stages complete
 * on an I/O thread.
 */
final class Subscriptions {

	/** A group that is left and joined again at once, by a page reload, costs nothing. */
	private static final long LINGER = Duration.ofSeconds(5).toNanos();

	private static final long OVERDUE = Duration.ofSeconds(2).toNanos();

	private static final int BATCH = 500;

	private final LongSupplier nanoTime;

	private final Map<String, Entry> entries = new HashMap<>();

	private @Nullable PubSub pubSub;

	Subscriptions(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * Subscribe, unless it is done.
	 * @return completes when Redis has acknowledged it, however long that takes, or when
	 * nobody wants it any more
	 */
	CompletionStage<Void> want(String channel) {
		synchronized (this) {
			Entry entry = this.entries.computeIfAbsent(channel, (name) -> new Entry());
			entry.wanted = true;
			if (entry.state == State.IDLE) {
				subscribe(List.of(channel));
			}
			return entry.ready;
		}
	}

	/**
	 * Unsubscribe after a while, unless the channel is wanted again.
	 * @param needed asked under the lock: who wants the channel makes this true first
	 */
	void unwantUnless(String channel, BooleanSupplier needed) {
		CompletableFuture<Void> dropped = null;
		synchronized (this) {
			Entry entry = this.entries.get(channel);
			if (entry == null || needed.getAsBoolean()) {
				return;
			}
			entry.wanted = false;
			entry.since = this.nanoTime.getAsLong();
			if (entry.state == State.IDLE) {
				this.entries.remove(channel);
				dropped = entry.ready;
			}
		}
		complete(dropped);
	}

	/**
	 * Begin with a connection that has no subscriptions, or go on after it was
	 * interrupted: subscribe everything that is wanted.
	 */
	synchronized void connected(PubSub pubSub) {
		this.pubSub = pubSub;
		check();
	}

	/**
	 * All subscriptions are gone.
	 */
	void disconnected(PubSub pubSub) {
		List<CompletableFuture<Void>> dropped = new ArrayList<>();
		synchronized (this) {
			if (this.pubSub != null && this.pubSub != pubSub) {
				return;
			}
			this.pubSub = null;
			this.entries.values().removeIf((entry) -> !entry.wanted && dropped.add(entry.ready));
			this.entries.values().forEach(Entry::lost);
		}
		dropped.forEach(Subscriptions::complete);
	}

	/**
	 * Nothing was sent for some channels, since nobody is there to take it now. May be
	 * called by what subscribes.
	 */
	synchronized void notSent(Collection<String> channels) {
		channels.forEach((channel) -> {
			Entry entry = this.entries.get(channel);
			if (entry != null) {
				entry.lost();
			}
		});
	}

	/**
	 * The subscription of one channel is gone.
	 */
	void lost(String channel) {
		CompletableFuture<Void> dropped = null;
		synchronized (this) {
			Entry entry = this.entries.get(channel);
			if (entry != null) {
				dropped = lost(channel, entry);
			}
		}
		complete(dropped);
	}

	/**
	 * @return what nobody waits for any more: who wanted it has left
	 */
	private @Nullable CompletableFuture<Void> lost(String channel, Entry entry) {
		entry.lost();
		if (entry.wanted) {
			return null;
		}
		this.entries.remove(channel);
		return entry.ready;
	}

	/**
	 * Not under the lock: what follows is not ours.
	 */
	private static void complete(@Nullable CompletableFuture<Void> ready) {
		if (ready != null) {
			ready.complete(null);
		}
	}

	void subscribed(PubSub pubSub, String channel) {
		CompletableFuture<Void> ready;
		synchronized (this) {
			if (pubSub != this.pubSub) {
				return;
			}
			Entry entry = this.entries.get(channel);
			if (entry == null) {
				// restored by the client, but nobody wants it any more
				pubSub.unsubscribe(List.of(channel));
				return;
			}
			if (entry.state == State.UNSUBSCRIBING) {
				return;
			}
			entry.state = State.SUBSCRIBED;
			ready = entry.ready;
		}
		ready.complete(null);
	}

	/**
	 * @return whether nobody had asked for it, as when a slot moves to another shard
	 */
	boolean unsubscribed(PubSub pubSub, String channel) {
		boolean unasked;
		CompletableFuture<Void> dropped;
		synchronized (this) {
			Entry entry = this.entries.get(channel);
			if (pubSub != this.pubSub || entry == null) {
				return false;
			}
			unasked = entry.state == State.SUBSCRIBED;
			dropped = lost(channel, entry);
			if (entry.wanted && !unasked) {
				subscribe(List.of(channel));
			}
		}
		complete(dropped);
		return unasked;
	}

	/**
	 * Send what is due: subscriptions that are wanted and not under way, those that were
	 * not acknowledged in time, and the end of those that nobody wants any more.
	 */
	synchronized void check() {
		PubSub pubSub = this.pubSub;
		if (pubSub == null) {
			return;
		}
		long now = this.nanoTime.getAsLong();
		List<String> subscribe = new ArrayList<>();
		List<String> unsubscribe = new ArrayList<>();
		this.entries.forEach((channel, entry) -> {
			boolean overdue = now - entry.since > OVERDUE;
			switch (entry.state) {
				case IDLE -> subscribe.add(channel);
				case SUBSCRIBING -> {
					if (overdue) {
						subscribe.add(channel);
					}
				}
				case SUBSCRIBED -> {
					if (!entry.wanted && now - entry.since > LINGER) {
						unsubscribe.add(channel);
					}
				}
				case UNSUBSCRIBING -> {
					if (overdue) {
						unsubscribe.add(channel);
					}
				}
			}
		});
		for (int i = 0; i < subscribe.size(); i += BATCH) {
			subscribe(subscribe.subList(i, Math.min(i + BATCH, subscribe.size())));
		}
		if (!unsubscribe.isEmpty()) {
			unsubscribe.forEach((channel) -> entry(channel).sent(State.UNSUBSCRIBING, now));
			pubSub.unsubscribe(unsubscribe);
		}
	}

	/**
	 * Whether all that is wanted is acknowledged.
	 */
	synchronized boolean areComplete() {
		return this.entries.values().stream().allMatch((entry) -> !entry.wanted || entry.state == State.SUBSCRIBED);
	}

	/**
	 * Return the channels that are acknowledged.
	 */
	synchronized List<String> acknowledged() {
		return this.entries.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().state == State.SUBSCRIBED)
			.map(Map.Entry::getKey)
			.toList();
	}

	synchronized int wanted() {
		return (int) this.entries.values().stream().filter((entry) -> entry.wanted).count();
	}

	private void subscribe(List<String> channels) {
		PubSub pubSub = this.pubSub;
		if (pubSub != null) {
			long now = this.nanoTime.getAsLong();
			channels.forEach((channel) -> entry(channel).sent(State.SUBSCRIBING, now));
			pubSub.subscribe(channels);
		}
	}

	@SuppressWarnings("NullAway") // called for names that are there
	private Entry entry(String channel) {
		return this.entries.get(channel);
	}

	/**
	 * Sends the commands. What becomes of them is told by {@link #subscribed} and
	 * {@link #unsubscribed}, or not at all.
	 */
	interface PubSub {

		void subscribe(List<String> channels);

		void unsubscribe(List<String> channels);

	}

	private enum State {

		IDLE, SUBSCRIBING, SUBSCRIBED, UNSUBSCRIBING

	}

	private static final class Entry {

		private boolean wanted;

		private State state = State.IDLE;

		/** When the last command was sent, or when the channel was wanted no more. */
		private long since;

		private CompletableFuture<Void> ready = new CompletableFuture<>();

		void sent(State state, long now) {
			if (state == State.UNSUBSCRIBING) {
				notReady();
			}
			this.state = state;
			this.since = now;
		}

		void lost() {
			notReady();
			this.state = State.IDLE;
		}

		/**
		 * What was acknowledged is done, or will be at once: who comes now has to wait.
		 * Who waits already waits on.
		 */
		private void notReady() {
			if (this.state == State.SUBSCRIBED) {
				this.ready = new CompletableFuture<>();
			}
		}

	}

}
