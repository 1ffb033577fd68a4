package dev.channels.connection;

import dev.channels.Connection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;

/**
 * What the library itself may ask of a connection, beside what consumers may.
 *
 * @since 0.1.0
 */
public interface ServerConnection extends Connection {

	/**
	 * Send what a handler returned. Members of a group that return one and the same
	 * object for an event share its encoding.
	 * @param message the message, not changed any more
	 */
	default void reply(Object message) {
		send(message);
	}

	/**
	 * Send a message like {@link #send(Object)}.
	 * @param message the message
	 * @param writer writes it if it is to be JSON, {@code null} for the mapper's way
	 */
	default void send(Object message, @Nullable ObjectWriter writer) {
		send(message);
	}

	/**
	 * Send what a handler returned, like {@link #reply(Object)}.
	 * @param message the message, not changed any more
	 * @param writer writes it if it is to be JSON, {@code null} for the mapper's way; an
	 * encoding is shared by those who give the same one
	 */
	default void reply(Object message, @Nullable ObjectWriter writer) {
		reply(message);
	}

	/**
	 * Take a failure to the handler, as an entry of the mailbox.
	 * @param failure what went wrong
	 */
	void fail(Throwable failure);

	/**
	 * Run an action as soon as the connection is writable, at once if it is; on any
	 * thread, and beside the mailbox. Nothing is run once the connection closes.
	 * @param action what to do, must not block
	 */
	void resumeWhenWritable(Runnable action);

	/**
	 * Run an action when the connection ends, at once if it has ended.
	 * @param action what to do, must not block
	 * @return removes the action
	 */
	Runnable whenEnded(Runnable action);

}
