package dev.channels.layer.redis;

import java.util.concurrent.CompletableFuture;

/**
 * One Redis channel: whether this node wants it, and how far Redis has acknowledged that.
 * At most one command is under way, so that an acknowledgement is never that of an older
 * command. Transitions return whether nobody needs it any more.
 * <p>
 * Guarded by the monitor of {@link Subscriptions}.
 */
final class Subscription {

	private final String channel;

	private State state = State.ABSENT;

	private boolean wanted;

	private boolean lingering;

	/** Whether it may have spoilt a command for others. */
	private boolean alone;

	/** Whether Redis did not want it when it was asked last. */
	private boolean forbidden;

	/** Whether the client makes it again by itself, with a connection it opens again. */
	private boolean restored;

	private CompletableFuture<Void> ready = new CompletableFuture<>();

	Subscription(String channel) {
		this.channel = channel;
	}

	/**
	 * What the client has made again by itself, although nobody wants it.
	 */
	static Subscription leftOver(String channel) {
		Subscription subscription = new Subscription(channel);
		subscription.subscribed();
		subscription.ready.complete(null);
		return subscription;
	}

	String channel() {
		return this.channel;
	}

	State state() {
		return this.state;
	}

	boolean isWanted() {
		return this.wanted;
	}

	boolean isAlone() {
		return this.alone;
	}

	/**
	 * Whether it is wanted and not there, although Redis would take it.
	 */
	boolean isMissing() {
		return this.wanted && !this.forbidden && this.state != State.SUBSCRIBED;
	}

	/**
	 * Completes when Redis has acknowledged it, or when nobody wants it any more.
	 */
	CompletableFuture<Void> ready() {
		return this.ready;
	}

	void want() {
		this.wanted = true;
		if (this.state == State.LINGERING || this.state == State.LEAVING) {
			this.state = State.SUBSCRIBED;
		}
	}

	/**
	 * @param lingering whether it may be wanted again soon
	 */
	boolean unwant(boolean lingering) {
		this.wanted = false;
		this.lingering = lingering;
		return switch (this.state) {
			case ABSENT, PARKED, REFUSED -> true;
			case SUBSCRIBED, LINGERING, LEAVING -> {
				this.state = lingering ? State.LINGERING : State.LEAVING;
				yield false;
			}
			case SUBSCRIBING, UNSUBSCRIBING -> false;
		};
	}

	/**
	 * A command is sent.
	 */
	void subscribing() {
		this.state = State.SUBSCRIBING;
		this.restored = false;
	}

	/**
	 * A command is sent.
	 */
	void unsubscribing() {
		notReady();
		this.state = State.UNSUBSCRIBING;
	}

	/**
	 * Nobody was there to take the command.
	 */
	boolean notSent() {
		notReady();
		this.state = State.PARKED;
		return !this.wanted;
	}

	/**
	 * Redis says that it is there.
	 * @return whether that is news; late words about a subscription that is being ended
	 * are not
	 */
	boolean subscribed() {
		if (this.state == State.UNSUBSCRIBING) {
			return false;
		}
		this.alone = false;
		this.forbidden = false;
		if (this.wanted) {
			this.state = State.SUBSCRIBED;
		}
		else if (this.state != State.LEAVING) {
			this.state = this.lingering ? State.LINGERING : State.LEAVING;
		}
		return true;
	}

	/**
	 * Redis did not take a command.
	 * @param others whether it was one for others as well, one of which may be to blame
	 */
	boolean refused(boolean others) {
		if (this.state != State.SUBSCRIBING) {
			return false;
		}
		this.alone = true;
		this.forbidden = !others;
		this.state = others ? State.ABSENT : State.REFUSED;
		return !this.wanted;
	}

	/**
	 * It is gone.
	 */
	boolean lost() {
		notReady();
		this.state = State.ABSENT;
		return !this.wanted;
	}

	/**
	 * Its connection is gone, which the client may open again.
	 */
	boolean interrupted() {
		this.restored |= isThere() || this.state == State.UNSUBSCRIBING;
		return (this.state == State.REFUSED) ? !this.wanted : lost();
	}

	/**
	 * There is a connection.
	 * @param again whether it is the one that was interrupted
	 */
	void connected(boolean again) {
		if (again && this.restored) {
			subscribing();
		}
		this.restored = false;
	}

	/**
	 * Whether it is acknowledged and nothing else was sent since.
	 */
	boolean isThere() {
		return this.state == State.SUBSCRIBED || this.state == State.LINGERING || this.state == State.LEAVING;
	}

	/**
	 * What was acknowledged is done, or will be at once: who comes now has to wait. Who
	 * waits already waits on.
	 */
	private void notReady() {
		if (isThere()) {
			this.ready = new CompletableFuture<>();
		}
	}

	enum State {

		/** Wanted, and to be sent. */
		ABSENT,

		/** Wanted, and to be sent when there is somebody to take the command. */
		PARKED,

		/** Sent, and not acknowledged. */
		SUBSCRIBING,

		/** Wanted, but Redis does not want it: to be sent again later. */
		REFUSED,

		/** Wanted and acknowledged. */
		SUBSCRIBED,

		/** Acknowledged and not wanted any more, but maybe soon. */
		LINGERING,

		/** Acknowledged, and never wanted again. */
		LEAVING,

		/** The end is sent, and not acknowledged. */
		UNSUBSCRIBING

	}

}
