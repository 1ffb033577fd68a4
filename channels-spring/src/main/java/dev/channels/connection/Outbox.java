package dev.channels.connection;

import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;

/**
 * What the application sends to one client: encoded by the thread that sends it, and then
 * of the {@link OutboundQueue}. Safe for use by many threads.
 */
final class Outbox {

	private final OutboundQueue queue;

	private final MessageEncoder encoder;

	private final HandlerCalls calls;

	/**
	 * @param calls tell which event is being handled
	 */
	Outbox(OutboundQueue queue, MessageEncoder encoder, HandlerCalls calls) {
		this.queue = queue;
		this.encoder = encoder;
		this.calls = calls;
	}

	/**
	 * Send a snapshot of a message. A text cannot change, so its encoding can be shared.
	 * @param writer writes it if it is to be JSON, {@code null} for the mapper's way
	 */
	void send(Object message, @Nullable ObjectWriter writer) {
		boolean constant = message instanceof String;
		this.queue.add(constant ? shared(message, writer) : this.encoder.encode(message, writer));
	}

	/**
	 * Send what a handler returned, which does not change any more.
	 * @param writer writes it if it is to be JSON, {@code null} for the mapper's way
	 */
	void reply(Object message, @Nullable ObjectWriter writer) {
		this.queue.reply(shared(message, writer));
	}

	private OutboundFrame shared(Object message, @Nullable ObjectWriter writer) {
		SharedEvent event = this.calls.currentEvent();
		return (event != null) ? event.encoding(message, writer, (answer) -> this.encoder.encode(answer, writer))
				: this.encoder.encode(message, writer);
	}

	boolean isWritable() {
		return this.queue.isWritable();
	}

	void whenWritable(Runnable action) {
		this.queue.whenWritable(action);
	}

}
