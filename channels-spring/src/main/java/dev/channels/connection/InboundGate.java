package dev.channels.connection;

import org.jspecify.annotations.Nullable;

/**
 * Holds a client back by not reading from it: one message is being handled and one more
 * waits, then reading is suspended; so it is while a ping waits for its answer. Fields are guarded by this object's monitor; the
 * transport's two calls under it do not block.
 */
final class InboundGate {

	private static final int MAX_MESSAGES = 2;

	private @Nullable Transport transport;

	private int messages;

	private boolean pingWaits;

	private boolean suspended;

	private long lastActivity = System.nanoTime();

	private long lastMessage = this.lastActivity;

	synchronized void start(Transport transport) {
		this.transport = transport;
		this.lastActivity = System.nanoTime();
		this.lastMessage = this.lastActivity;
	}

	synchronized void messageArrived() {
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
			this.lastMessage = System.nanoTime();
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
