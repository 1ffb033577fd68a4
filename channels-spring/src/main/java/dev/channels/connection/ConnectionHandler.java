package dev.channels.connection;

import java.util.concurrent.CompletionStage;

import dev.channels.CloseStatus;
import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Handles what happens to one connection. Calls never overlap: one ends when the method
 * has returned and the returned stage, if there is one, has completed.
 *
 * @since 0.1.0
 */
public interface ConnectionHandler {

	/**
	 * Decide about the handshake. If it takes too long, the client is refused, and
	 * {@link #destroy()} follows when the call has returned and the stage has completed.
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception to refuse: with its {@link RefusalStatus}, 500 if it has none
	 */
	@Nullable CompletionStage<?> connect() throws Exception;

	/**
	 * Handle a message of the client.
	 * @param message the message
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception to close the connection
	 */
	@Nullable CompletionStage<?> receive(ClientMessage message) throws Exception;

	/**
	 * Handle an event.
	 * @param event the event
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception to close the connection
	 */
	@Nullable CompletionStage<?> event(SharedEvent event) throws Exception;

	/**
	 * Handle the failure of something that ran beside the mailbox: a stream of answers.
	 * @param failure what went wrong
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception to close the connection
	 */
	@Nullable CompletionStage<?> failure(Throwable failure) throws Exception;

	/**
	 * Handle the end of a connection that was accepted. The last call but
	 * {@link #destroy()}.
	 * @param status why it ended
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception which is logged
	 */
	@Nullable CompletionStage<?> disconnect(CloseStatus status) throws Exception;

	/**
	 * Release what was created for this connection. Called once, also for connections
	 * that were refused.
	 */
	void destroy();

	/**
	 * Creates the handler of each connection of a route.
	 */
	@FunctionalInterface
	interface Factory {

		/**
		 * Create a handler.
		 * @param connection the connection
		 * @return its handler
		 */
		ConnectionHandler create(ServerConnection connection);

	}

}
