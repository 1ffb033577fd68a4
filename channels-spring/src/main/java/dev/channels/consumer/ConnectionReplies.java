package dev.channels.consumer;

import java.util.concurrent.Executor;
import java.util.stream.BaseStream;

import dev.channels.connection.ServerConnection;

/**
 * Sends what handlers return to the client.
 */
final class ConnectionReplies implements Replies {

	private final ServerConnection connection;

	private final Executor executor;

	ConnectionReplies(ServerConnection connection, Executor executor) {
		this.connection = connection;
		this.executor = executor;
	}

	@Override
	public void send(ResultType type, Object value) {
		switch (type.kind()) {
			case STREAM ->
				new StreamReply((BaseStream<?, ?>) value, type.content(), this.connection, this.executor).start();
			case PUBLISHER -> PublisherReply.start(type.adapt(value), type.content(), this.connection, this.executor);
			case VALUE, UNKNOWN -> this.connection.reply(value, type.writerOf(value));
			case NOTHING, STAGE -> {
			}
		}
	}

}
