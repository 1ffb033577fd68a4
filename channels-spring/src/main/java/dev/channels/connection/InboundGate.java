package dev.channels.connection;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Holds a client back by not reading from it: one message is being handled and one more
 * waits, then reading is suspended; so it is while a ping waits for its answer. Fields
 * are guarded by this object's monitor; the transport's two calls under it do not block.
 */
final class InboundGate {

	private static final int MAX_MESSAGES = 2;

	private @Nullable Transport transport;

	private int messages;

	private boolean pingWaits;

	private boolean suspended;

	private long lastActivity = System.nanoTime();

	private long lastMessage = this.lastActivity;

	/**
	 * Whether a message has come in parts, and not the last of them.
	 */
	private boolean begun;

	private long begunAt;

	private long received;

	/**
	 * That of messages, once the first one has come in parts.
	 */
	private @Nullable Progress unfinished;

	synchronized void start(Transport transport) {
		this.transport = transport;
		this.received = transport.received();
		this.lastActivity = System.nanoTime();
		this.lastMessage = this.lastActivity;
	}

	/**
	 * The first part of a message has come, or one more of them.
	 * @return whether it is the first
	 */
	synchronized boolean messageBegun() {
		this.lastActivity = System.nanoTime();
		if (this.begun) {
			return false;
		}
		if (this.unfinished == null) {
			this.unfinished = new Progress();
			this.unfinished.rest(this.received);
		}
		this.begun = true;
		this.begunAt = this.lastActivity;
		this.lastMessage = this.lastActivity;
		return true;
	}

	synchronized void messageArrived() {
		this.begun = false;
		this.lastMessage = System.nanoTime();
		this.lastActivity = this.lastMessage;
		this.messages++;
		update();
	}

	synchronized void messageHandled() {
		this.messages--;
		boolean wasSuspended = this.suspended;
		update();
		if (wasSuspended && !this.suspended) {
			this.lastMessage = this.lastActivity;
			this.begunAt = this.lastActivity;
		}
	}

	/**
	 * A ping has come: nothing more is read until it is answered.
	 */
	synchronized void pingArrived() {
		this.lastActivity = System.nanoTime();
		this.pingWaits = true;
		update();
	}

	synchronized void pingAnswered() {
		this.pingWaits = false;
		update();
	}

	private void update() {
		boolean suspend = this.messages >= MAX_MESSAGES || this.pingWaits;
		if (suspend == this.suspended || this.transport == null) {
			return;
		}
		this.suspended = suspend;
		if (suspend) {
			this.transport.suspendReading();
		}
		else {
			// whatever the client sent meanwhile could not be seen
			this.lastActivity = System.nanoTime();
			this.transport.resumeReading();
		}
	}

	synchronized void pongArrived() {
		this.lastActivity = System.nanoTime();
	}

	/**
	 * See whether anything has come, be it a part of a frame. Only while a message is
	 * under way this is more than a pong.
	 */
	synchronized void look(long now) {
		if (this.transport == null) {
			return;
		}
		long count = this.transport.received();
		if (count != this.received) {
			this.received = count;
			this.lastActivity = now;
			if (this.begun) {
				this.lastMessage = now;
			}
		}
		if (this.unfinished == null) {
			return;
		}
		if (this.begun && !this.suspended) {
			this.unfinished.look(now, this.begunAt, count);
		}
		else {
			this.unfinished.rest(count);
		}
	}

	/**
	 * Tells how long a message that has begun may take, as of the last look.
	 */
	synchronized long untilUnfinished(long now, Duration limit) {
		return (this.unfinished != null) ? this.unfinished.remaining(now, limit) : Progress.NEVER;
	}

	synchronized long untilNextLook(long now, Duration limit) {
		return (this.unfinished != null) ? this.unfinished.untilNextLook(now, limit) : Progress.NEVER;
	}

	/**
	 * Return when something last came from the client, now if it is held back.
	 */
	synchronized long lastActivity() {
		return this.suspended ? System.nanoTime() : this.lastActivity;
	}

	/**
	 * Return when a message last came from the client, or it was last held back; now if a
	 * message is being handled.
	 */
	synchronized long lastMessage() {
		return (this.messages > 0) ? System.nanoTime() : this.lastMessage;
	}

}
