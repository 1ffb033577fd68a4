package dev.channels.benchmarks.micro;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;

import dev.channels.CloseStatus;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionHandler;
import dev.channels.connection.ServerConnection;
import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;

/**
 * A handler that counts and does nothing else.
 */
final class SilentHandler implements ConnectionHandler {

	private final ServerConnection connection;

	private final LongAdder calls;

	SilentHandler(ServerConnection connection, LongAdder calls) {
		this.connection = connection;
		this.calls = calls;
	}

	ServerConnection connection() {
		return this.connection;
	}

	@Override
	public @Nullable CompletionStage<?> connect() {
		return this.connection.join(Node.GROUP.value());
	}

	@Override
	public @Nullable CompletionStage<?> receive(ClientMessage message) {
		this.calls.increment();
		return null;
	}

	@Override
	public @Nullable CompletionStage<?> event(SharedEvent event) {
		this.calls.increment();
		return null;
	}

	@Override
	public @Nullable CompletionStage<?> failure(Throwable failure) {
		return null;
	}

	@Override
	public @Nullable CompletionStage<?> disconnect(CloseStatus status) {
		return null;
	}

	@Override
	public void destroy() {
	}

}
