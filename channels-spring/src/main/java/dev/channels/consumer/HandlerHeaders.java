package dev.channels.consumer;

import java.util.Map;

import dev.channels.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * Headers of the message that argument resolvers are given. One instance serves all calls
 * for a connection.
 *
 * @since 0.1.0
 */
public final class HandlerHeaders extends MessageHeaders {

	private static final long serialVersionUID = 1L;

	/**
	 * Header with the {@link Connection}, absent in a worker.
	 */
	public static final String CONNECTION = "channelsConnection";

	HandlerHeaders(@Nullable Connection connection) {
		super((connection != null) ? Map.of(CONNECTION, connection) : Map.of(), ID_VALUE_NONE, -1L);
	}

	/**
	 * Return the connection that a message belongs to.
	 * @param message what an argument resolver was given
	 * @return the connection
	 * @throws IllegalStateException if there is none, in a worker
	 */
	public static Connection connection(Message<?> message) {
		if (message.getHeaders().get(CONNECTION) instanceof Connection connection) {
			return connection;
		}
		throw new IllegalStateException("A worker has no connection");
	}

}
