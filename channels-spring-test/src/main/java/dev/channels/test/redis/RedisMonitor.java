package dev.channels.test.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.awaitility.Awaitility;

/**
 * Collects the commands that a server runs, as its {@code MONITOR} command tells them.
 *
 * @since 0.1.0
 */
public final class RedisMonitor implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private static final String MARKER = "channels-monitor-";

	private final RedisServer server;

	private final RespConnection connection;

	private final List<String> lines = new CopyOnWriteArrayList<>();

	RedisMonitor(RedisServer server) {
		this.server = server;
		this.connection = RespConnection.open(server.host(), server.port());
		this.connection.call("MONITOR");
		Thread thread = new Thread(this::listen, "redis-monitor-" + server.port());
		thread.setDaemon(true);
		thread.start();
	}

	private void listen() {
		try {
			this.connection.patient();
			while (true) {
				this.lines.add(RespConnection.text(this.connection.read()));
			}
		}
		catch (IOException ex) {
			// closed, or the server is gone: what was seen stays
		}
	}

	/**
	 * Return all commands that the server ran since the monitor began, those included
	 * that were answered right before this call.
	 * @return lines with time, client and command, as Redis writes them
	 */
	public List<String> lines() {
		String marker = MARKER + UUID.randomUUID();
		this.server.cli("ECHO", marker);
		Awaitility.await("the monitor to catch up")
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(5))
			.until(() -> this.lines.stream().anyMatch((line) -> line.contains(marker)));
		return this.lines.stream().filter((line) -> !line.contains(MARKER)).toList();
	}

	/**
	 * Stop watching.
	 */
	@Override
	public void close() {
		this.connection.close();
	}

}
