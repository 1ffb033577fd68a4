package dev.channels.layer.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Opens sessions where that may block, and ends in Redis what was given up before. One
 * opening at a time.
 */
final class SessionOpener {

	private final RedisClients clients;

	private final PubSubMode mode;

	private final Subscriptions subscriptions;

	private final Listening.Events events;

	private final RedisProblems problems;

	private final Executor executor;

	private final AbandonedConnections abandoned = new AbandonedConnections();

	/**
	 * @param executor runs it, which blocks it for some seconds
	 */
	SessionOpener(RedisClients clients, PubSubMode mode, Subscriptions subscriptions, Listening.Events events,
			RedisProblems problems, Executor executor) {
		this.clients = clients;
		this.mode = mode;
		this.subscriptions = subscriptions;
		this.events = events;
		this.problems = problems;
		this.executor = executor;
	}

	/**
	 * Open a session, which hears nothing yet.
	 * @return completes on the executor
	 */
	CompletionStage<Opened> open() {
		try {
			return CompletableFuture.supplyAsync(this::openNow, this.executor);
		}
		catch (Throwable ex) {
			// the end of the layer, or no thread is to be had
			return CompletableFuture.failedStage(ex);
		}
	}

	private Opened openNow() {
		RedisSession session = this.clients.open(this.mode, this.subscriptions, this.events);
		try {
			this.abandoned.end(session.commands());
			boolean replica = this.problems.isReplica(session.commands());
			return new Opened(session, replica && this.mode == PubSubMode.SINGLE);
		}
		catch (RuntimeException ex) {
			session.close();
			throw ex;
		}
	}

	/**
	 * Close a session that is silent, or whose fate nobody knows. The next one is not
	 * used before Redis has ended its connections.
	 */
	void abandon(RedisSession session) {
		String client = session.client();
		if (client != null) {
			this.abandoned.add(client);
		}
		session.close();
	}

	/**
	 * Whether nothing was given up since the last opening.
	 */
	boolean isClean() {
		return this.abandoned.isEmpty();
	}

	/**
	 * @param replica whether its Redis is one, so that nothing can be sent to it
	 */
	record Opened(RedisSession session, boolean replica) {

	}

}
