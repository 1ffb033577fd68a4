package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

import dev.channels.layer.redis.Subscription.State;
import org.jspecify.annotations.Nullable;

/**
 * The Redis channels that this node wants, and how far Redis has acknowledged them. What
 * is lost (rejected, cut off, timed out) is sent again by {@link #check()}, which looks
 * at what is due and at nothing else: each subscription that is not simply there waits in
 * the queue of its state.
 * <p>
 * Fields are guarded by this object's monitor; nothing under it blocks. Stages complete
 * on an I/O thread.
 */
final class Subscriptions {

	private final LongSupplier nanoTime;

	private final Map<String, Subscription> all = new HashMap<>();

	private final Map<State, TimeQueue<Subscription>> waiting = new EnumMap<>(State.class);

	private int wanted;

	/** Those that keep a gap open. */
	private int missing;

	private @Nullable PubSub pubSub;

	/** What was lost, and may come back with what it had. */
	private @Nullable PubSub interrupted;

	Subscriptions(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
		for (State state : State.values()) {
			this.waiting.put(state, new TimeQueue<>(Duration.ZERO));
		}
		this.waiting.put(State.PARKED, new TimeQueue<>(Duration.ofMillis(250)));
		// what takes longer is lost
		this.waiting.put(State.SUBSCRIBING, new TimeQueue<>(Duration.ofSeconds(2)));
		this.waiting.put(State.UNSUBSCRIBING, new TimeQueue<>(Duration.ofSeconds(2)));
		// somebody may change what the user of Redis is allowed to do
		this.waiting.put(State.REFUSED, new TimeQueue<>(Duration.ofSeconds(10)));
		// a group that is left and joined again at once, by a page reload, costs nothing
		this.waiting.put(State.LINGERING, new TimeQueue<>(Duration.ofSeconds(5)));
	}

	/**
	 * Subscribe, unless it is done.
	 * @return completes when Redis has acknowledged it, however long that takes, or when
	 * nobody wants it any more
	 */
	CompletionStage<Void> want(String channel) {
		synchronized (this) {
			Subscription subscription = this.all.computeIfAbsent(channel, Subscription::new);
			change(subscription, (it) -> {
				it.want();
				return false;
			});
			if (subscription.state() == State.ABSENT) {
				send();
			}
			return subscription.ready();
		}
	}

	/**
	 * Unsubscribe after a while, unless the channel is wanted again.
	 * @param needed asked under the lock: who wants the channel makes this true first
	 */
	void unwantUnless(String channel, BooleanSupplier needed) {
		CompletableFuture<Void> dropped = null;
		synchronized (this) {
			Subscription subscription = this.all.get(channel);
			if (subscription != null && !needed.getAsBoolean()) {
				dropped = change(subscription, (it) -> it.unwant(true));
			}
		}
		complete(dropped);
	}

	/**
	 * Unsubscribe with the next {@link #check()}: nobody will want the channel again.
	 */
	void unwant(String channel) {
		change(channel, (it) -> it.unwant(false));
	}

	/**
	 * Begin with a connection that has no subscriptions, or go on after it was
	 * interrupted: subscribe everything that is wanted, except for what the client makes
	 * again by itself.
	 */
	void connected(PubSub pubSub) {
		synchronized (this) {
			boolean again = pubSub == this.interrupted;
			this.interrupted = null;
			this.pubSub = pubSub;
			changeAll(this.all.values(), (it) -> {
				it.connected(again);
				return false;
			});
		}
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
			this.interrupted = pubSub;
			dropped.addAll(changeAll(List.copyOf(this.all.values()), Subscription::interrupted));
		}
		dropped.forEach(Subscriptions::complete);
	}

	/**
	 * Nothing was sent for some channels, since nobody is there to take it now. May be
	 * called by what subscribes.
	 */
	void notSent(Collection<String> channels) {
		channels.forEach((channel) -> change(channel, Subscription::notSent));
	}

	/**
	 * Somebody is there who may take what nobody took before. It is sent by the next
	 * {@link #check()}.
	 */
	synchronized void retry() {
		changeAll(queue(State.PARKED).take(Integer.MAX_VALUE), Subscription::lost);
	}

	/**
	 * The subscription of one channel is gone.
	 */
	void lost(String channel) {
		change(channel, Subscription::lost);
	}

	/**
	 * Redis does not let this node subscribe to one of some channels, and so to none of
	 * them: they are tried one by one, and the one that it is, every now and then.
	 */
	void refused(PubSub pubSub, List<String> channels) {
		boolean others = channels.size() > 1;
		List<CompletableFuture<Void>> dropped;
		synchronized (this) {
			if (pubSub != this.pubSub) {
				return;
			}
			List<Subscription> known = channels.stream()
				.filter(this.all::containsKey)
				.map((channel) -> this.all.get(channel))
				.toList();
			dropped = changeAll(known, (it) -> it.refused(others));
			send();
		}
		dropped.forEach(Subscriptions::complete);
	}

	void subscribed(PubSub pubSub, String channel) {
		CompletableFuture<Void> ready;
		synchronized (this) {
			if (pubSub != this.pubSub) {
				return;
			}
			Subscription subscription = this.all.get(channel);
			if (subscription == null) {
				// made again by the client, but nobody wants it any more
				subscription = Subscription.leftOver(channel);
				this.all.put(channel, subscription);
				queue(subscription.state()).add(subscription, this.nanoTime.getAsLong());
				return;
			}
			boolean[] news = { false };
			change(subscription, (it) -> {
				news[0] = it.subscribed();
				return false;
			});
			ready = news[0] ? subscription.ready() : null;
			if (queue(State.SUBSCRIBING).size() <= pubSub.window() / 2) {
				send();
			}
		}
		complete(ready);
	}

	/**
	 * @return whether nobody had asked for it, as when a slot moves to another shard
	 */
	boolean unsubscribed(PubSub pubSub, String channel) {
		boolean unasked;
		CompletableFuture<Void> dropped;
		synchronized (this) {
			Subscription subscription = this.all.get(channel);
			if (pubSub != this.pubSub || subscription == null) {
				return false;
			}
			unasked = subscription.isThere();
			dropped = change(subscription, Subscription::lost);
			if (!unasked) {
				send();
			}
		}
		complete(dropped);
		return unasked;
	}

	/**
	 * Send what is due: subscriptions that are wanted and not under way, those that were
	 * not acknowledged in time, and the end of those that nobody wants any more.
	 */
	void check() {
		List<CompletableFuture<Void>> dropped = new ArrayList<>();
		synchronized (this) {
			PubSub pubSub = this.pubSub;
			if (pubSub == null) {
				return;
			}
			long now = this.nanoTime.getAsLong();
			for (State state : List.of(State.SUBSCRIBING, State.PARKED, State.REFUSED)) {
				dropped.addAll(changeAll(queue(state).takeDue(now), Subscription::lost));
			}
			send();
			List<Subscription> ends = queue(State.LEAVING).take(Integer.MAX_VALUE);
			ends.addAll(queue(State.LINGERING).takeDue(now));
			ends.addAll(queue(State.UNSUBSCRIBING).takeDue(now));
			unsubscribe(pubSub, ends);
		}
		dropped.forEach(Subscriptions::complete);
	}

	private void unsubscribe(PubSub pubSub, List<Subscription> subscriptions) {
		changeAll(subscriptions, (it) -> {
			it.unsubscribing();
			return false;
		});
		SubscribeBatches.ofEnds(subscriptions).forEach(pubSub::unsubscribe);
	}

	/**
	 * Subscribe as much as there is room for.
	 */
	private void send() {
		PubSub pubSub = this.pubSub;
		if (pubSub == null || queue(State.ABSENT).size() == 0) {
			return;
		}
		List<Subscription> some = queue(State.ABSENT).take(pubSub.window() - queue(State.SUBSCRIBING).size());
		changeAll(some, (it) -> {
			it.subscribing();
			return false;
		});
		SubscribeBatches.of(some).forEach(pubSub::subscribe);
	}

	private void change(String channel, Predicate<Subscription> transition) {
		CompletableFuture<Void> dropped = null;
		synchronized (this) {
			Subscription subscription = this.all.get(channel);
			if (subscription != null) {
				dropped = change(subscription, transition);
			}
		}
		complete(dropped);
	}

	/**
	 * @return what nobody waits for any more: who wanted it has left
	 */
	private List<CompletableFuture<Void>> changeAll(Collection<Subscription> subscriptions,
			Predicate<Subscription> transition) {
		List<CompletableFuture<Void>> dropped = new ArrayList<>();
		subscriptions.forEach((subscription) -> {
			CompletableFuture<Void> ready = change(subscription, transition);
			if (ready != null) {
				dropped.add(ready);
			}
		});
		return dropped;
	}

	/**
	 * Change a subscription, count it, and let it wait where it belongs.
	 * @param transition returns whether nobody needs it any more
	 * @return what nobody waits for any more: who wanted it has left
	 */
	private @Nullable CompletableFuture<Void> change(Subscription subscription, Predicate<Subscription> transition) {
		State before = subscription.state();
		boolean wanted = subscription.isWanted();
		boolean missing = subscription.isMissing();
		boolean unneeded = transition.test(subscription);
		this.wanted += one(subscription.isWanted()) - one(wanted);
		this.missing += one(subscription.isMissing()) - one(missing);
		if (unneeded || before != subscription.state()) {
			queue(before).remove(subscription);
		}
		if (unneeded) {
			this.all.remove(subscription.channel());
			return subscription.ready();
		}
		if (subscription.state() != State.SUBSCRIBED) {
			queue(subscription.state()).add(subscription, this.nanoTime.getAsLong());
		}
		return null;
	}

	private static int one(boolean value) {
		return value ? 1 : 0;
	}

	/**
	 * Whether all that is wanted is acknowledged, except for what Redis does not want.
	 */
	synchronized boolean areComplete() {
		return this.missing == 0;
	}

	/**
	 * Return the channels that are acknowledged.
	 */
	synchronized List<String> acknowledged() {
		return this.all.values().stream().filter(Subscription::isThere).map(Subscription::channel).toList();
	}

	synchronized int wanted() {
		return this.wanted;
	}

	@SuppressWarnings("NullAway") // there is one for each state
	private TimeQueue<Subscription> queue(State state) {
		return this.waiting.get(state);
	}

	/**
	 * Not under the lock: what follows is not ours.
	 */
	private static void complete(@Nullable CompletableFuture<Void> ready) {
		if (ready != null) {
			ready.complete(null);
		}
	}

	/**
	 * Sends the commands. What becomes of them is told by {@link #subscribed},
	 * {@link #unsubscribed} and {@link #refused}, or not at all.
	 */
	interface PubSub {

		void subscribe(List<String> channels);

		void unsubscribe(List<String> channels);

		/**
		 * Return how many subscriptions may be under way at once.
		 */
		default int window() {
			return Integer.MAX_VALUE;
		}

	}

}
