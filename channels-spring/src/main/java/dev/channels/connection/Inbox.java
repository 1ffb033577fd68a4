package dev.channels.connection;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import dev.channels.CloseStatus;
import dev.channels.layer.Delivery;
import dev.channels.layer.Receiver;
import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;

/**
 * What comes in for the handler of one connection: messages of its client, which is held
 * back while there is one too many, events of the layer, and what others of the library
 * have for it. One after the other, through the mailbox; what the server itself asks of a
 * connection passes it by. Called by any thread.
 */
final class Inbox implements Receiver {

	private final Mailbox mailbox;

	private final InboundGate gate = new InboundGate();

	private final HandlerCalls calls;

	private final Consumer<CloseStatus> disconnects;

	/**
	 * Create an inbox that takes everything and hands on nothing before {@link #open}.
	 * @param handlers runs the handler
	 * @param turns told of turns of the handler
	 * @param disconnects told when the connection is to be closed
	 */
	Inbox(Executor handlers, Mailbox.Turns turns, HandlerCalls calls, Consumer<CloseStatus> disconnects) {
		this.mailbox = new Mailbox(handlers, turns);
		this.calls = calls;
		this.disconnects = disconnects;
	}

	/**
	 * Return what holds the client back.
	 */
	InboundGate gate() {
		return this.gate;
	}

	/**
	 * Return the number of the entry that is being handled, 0 for none.
	 */
	long underWay() {
		return this.mailbox.underWay();
	}

	void open() {
		this.mailbox.open();
	}

	/**
	 * Take nothing more but this.
	 */
	void end(Mailbox.Entry last) {
		this.mailbox.end(last);
	}

	void received(ClientMessage message) {
		this.gate.messageArrived();
		if (!this.mailbox.add(() -> this.calls.receive(message, this.gate::messageHandled))) {
			this.gate.messageHandled();
		}
	}

	void failed(Throwable failure) {
		this.mailbox.add(() -> this.calls.failure(failure));
	}

	/**
	 * There is room to send.
	 * @param open whether that still means anything when its turn comes
	 */
	void writable(Runnable action, BooleanSupplier open) {
		this.mailbox.add(new WritableEntry(action, open));
	}

	@Override
	public void accept(Delivery delivery) {
		if (!this.mailbox.add(new EventEntry(delivery))) {
			delivery.discard();
		}
	}

	@Override
	public void control(SharedEvent event) {
		CloseStatus request = DisconnectRequest.in(event);
		if (request != null) {
			this.disconnects.accept(request);
		}
	}

	/**
	 * An action that waited for room to send. As an event it is not worth running once
	 * the client is gone.
	 */
	private final class WritableEntry implements Mailbox.Entry {

		private final Runnable action;

		private final BooleanSupplier open;

		WritableEntry(Runnable action, BooleanSupplier open) {
			this.action = action;
			this.open = open;
		}

		@Override
		public @Nullable CompletionStage<?> run() {
			return this.open.getAsBoolean() ? Inbox.this.calls.writable(this.action) : null;
		}

		@Override
		public boolean isEvent() {
			return true;
		}

	}

	private final class EventEntry implements Mailbox.Entry {

		private final Delivery delivery;

		EventEntry(Delivery delivery) {
			this.delivery = delivery;
		}

		@Override
		public @Nullable CompletionStage<?> run() {
			SharedEvent event = this.delivery.take();
			return (event != null) ? Inbox.this.calls.event(event) : null;
		}

		@Override
		public boolean isEvent() {
			return true;
		}

		@Override
		public void discard() {
			this.delivery.discard();
		}

	}

}
