package dev.channels.connection;

import org.jspecify.annotations.Nullable;

/**
 * Holds a client back by not reading from it: one message is being handled and one more
 * waits, then reading is suspended. Fields are guarded by this object's monitor; the
 * transport's two calls under it do not block.
 */
final class InboundGate {

	private static final int MAX_MESSAGES = 2;

	private @Nullable Transport transport;

	private int messages;

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
		if (this.messages >= MAX_MESSAGES && !this.suspended && this.transport != null) {
			this.suspended = true;
			this.transport.suspendReading();
		}
	}

	synchronized void messageHandled() {
		this.messages--;
		if (this.messages < MAX_MESSAGES && this.suspended && this.transport != null) {
			this.suspended = false;
			// whatever the client sent meanwhile could not be seen
			this.lastActivity = System.nanoTime();
			this.lastMessage = this.lastActivity;
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
