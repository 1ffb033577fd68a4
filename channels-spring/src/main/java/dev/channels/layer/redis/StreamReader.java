package dev.channels.layer.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Reads one stream, with a connection of its own since a read that waits stops everything
 * behind it. The connection is opened when it is needed and given up when it is not, and
 * after a failure: it may be frozen. Opening blocks and is left to an executor.
 */
final class StreamReader implements StreamPump.EventReader {

	private final Supplier<RedisClients.WaitingConnection> connections;

	private final Executor executor;

	// guarded by this
	private RedisClients.@Nullable WaitingConnection connection;

	/**
	 * @param connections opens one
	 * @param executor opens it, which blocks
	 */
	StreamReader(Supplier<RedisClients.WaitingConnection> connections, Executor executor) {
		this.connections = connections;
		this.executor = executor;
	}

	@Override
	public CompletionStage<List<EventStream.Entry>> read(EventStream stream, int count) {
		return open().thenCompose((connection) -> stream.read(connection.commands(), count))
			.whenComplete((entries, failure) -> {
				if (failure != null) {
					close();
				}
			});
	}

	private synchronized CompletionStage<RedisClients.WaitingConnection> open() {
		if (this.connection != null) {
			return CompletableFuture.completedStage(this.connection);
		}
		try {
			return CompletableFuture.supplyAsync(() -> {
				RedisClients.WaitingConnection opened = this.connections.get();
				synchronized (this) {
					this.connection = opened;
				}
				return opened;
			}, this.executor);
		}
		catch (RejectedExecutionException ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	@Override
	public synchronized void close() {
		RedisClients.WaitingConnection closing = this.connection;
		// first: a read that is cut off comes back here at once
		this.connection = null;
		if (closing != null) {
			closing.connection().closeAsync();
		}
	}

}
