package dev.channels.consumer;

import java.util.concurrent.Executor;
import java.util.stream.BaseStream;

import dev.channels.connection.ServerConnection;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Sends what handlers return to the client.
 */
final class ConnectionReplies implements Replies {

	private static final boolean reactiveStreams = ClassUtils.isPresent("org.reactivestreams.Publisher",
			ConnectionReplies.class.getClassLoader());

	private final ServerConnection connection;

	private final Executor executor;

	ConnectionReplies(ServerConnection connection, Executor executor) {
		this.connection = connection;
		this.executor = executor;
	}

	@Override
	public void send(@Nullable Object value) {
		if (value == null) {
			return;
		}
		if (value instanceof BaseStream<?, ?> stream) {
			new StreamReply(stream, this.connection, this.executor).start();
		}
		else if (!reactiveStreams || !PublisherReply.trySend(value, this.connection, this.executor)) {
			this.connection.reply(value);
		}
	}

}
