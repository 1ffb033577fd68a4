package dev.channels.connection;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.LogFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The connections of this node. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class ConnectionManager {

	private static final long POLL_MILLIS = 10;

	private static final CloseStatus SHUTDOWN = CloseStatus.GOING_AWAY.withReason("server is shutting down");

	private final ConnectionExecutors executors;

	private final MessageEncoder encoder;

	private final Corks corks;

	private final DropCounter drops;

	private final RateLimitedLog clientErrors = new RateLimitedLog(LogFactory.getLog(ConnectionManager.class));

	private final Set<ConnectionRuntime> connections = ConcurrentHashMap.newKeySet();

	private final Sweeper sweeper;

	private volatile boolean stopping;

	/**
	 * Create a manager without connections.
	 * @param executors the threads
	 * @param mapper the application's mapper, which writes messages to clients
	 * @param drops where to count what is dropped
	 */
	public ConnectionManager(ConnectionExecutors executors, JsonMapper mapper, DropCounter drops) {
		this.executors = executors;
		this.encoder = new MessageEncoder(mapper);
		this.corks = new Corks(executors.timer());
		this.drops = drops;
		this.sweeper = new Sweeper(executors.timer(),
				(action) -> this.connections.forEach((connection) -> action.accept(connection.watchdog())));
	}

	/**
	 * Prepare a connection for a handshake that has passed all checks.
	 * @param handshake what the client asked for
	 * @param settings the limits
	 * @param layer carries its events
	 * @param handlers create its handler
	 * @return the connection, to be connected next
	 */
	public ConnectionRuntime create(Handshake handshake, ConnectionSettings settings, ChannelLayer layer,
			ConnectionHandler.Factory handlers) {
		return new ConnectionRuntime(this, handshake, settings, layer, handlers);
	}

	/**
	 * Return how many connections there are, including those that are being opened or
	 * closed.
	 * @return the number of connections
	 */
	public int count() {
		return this.connections.size();
	}

	/**
	 * Begin to accept connections, as after the creation.
	 */
	public void start() {
		this.stopping = false;
	}

	/**
	 * Refuse new connections with status 503, close all others with code 1001 and wait
	 * until their disconnect handlers are done.
	 * @param timeout how long to wait; what is left then is cut
	 * @return whether all were done in time
	 */
	public boolean stop(Duration timeout) {
		this.stopping = true;
		this.connections.forEach((connection) -> connection.close(SHUTDOWN));
		long deadline = System.nanoTime() + timeout.toNanos();
		boolean done = awaitEmpty(deadline);
		if (!done) {
			this.connections.forEach(ConnectionRuntime::cut);
		}
		return done;
	}

	private boolean awaitEmpty(long deadline) {
		try {
			while (!this.connections.isEmpty()) {
				if (System.nanoTime() - deadline >= 0) {
					return false;
				}
				Thread.sleep(POLL_MILLIS);
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	boolean register(ConnectionRuntime connection) {
		this.connections.add(connection);
		if (!this.stopping) {
			return true;
		}
		this.connections.remove(connection);
		return false;
	}

	void unregister(ConnectionRuntime connection) {
		this.connections.remove(connection);
	}

	ConnectionExecutors executors() {
		return this.executors;
	}

	Sweeper sweeper() {
		return this.sweeper;
	}

	MessageEncoder encoder() {
		return this.encoder;
	}

	Corks corks() {
		return this.corks;
	}

	DropCounter drops() {
		return this.drops;
	}

	RateLimitedLog clientErrors() {
		return this.clientErrors;
	}

}
