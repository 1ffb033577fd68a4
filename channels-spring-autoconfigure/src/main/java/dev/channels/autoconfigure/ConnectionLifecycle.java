package dev.channels.autoconfigure;

import java.time.Duration;

import dev.channels.connection.ConnectionManager;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Closes all connections when the application stops, before the web server does. Waits
 * for them on a thread of its own, so that workers, which stop in the same phase, do so
 * at the same time.
 */
final class ConnectionLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ConnectionLifecycle.class);

	private final ConnectionManager connections;

	private final Duration timeout;

	private volatile boolean running;

	ConnectionLifecycle(ConnectionManager connections, Duration timeout) {
		this.connections = connections;
		this.timeout = timeout;
	}

	@Override
	public void start() {
		this.connections.start();
		this.running = true;
	}

	@Override
	public void stop(Runnable callback) {
		Thread thread = new Thread(() -> {
			try {
				stop();
			}
			finally {
				callback.run();
			}
		}, "channels-shutdown");
		thread.setDaemon(false);
		thread.start();
	}

	@Override
	public void stop() {
		if (!this.connections.stop(this.timeout)) {
			logger.warn("Connections did not end within " + this.timeout
					+ ", they were cut; their disconnect handlers may not have run");
		}
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
