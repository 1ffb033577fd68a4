package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Servers that belong together: waits until they agree, and says what they logged when
 * they do not.
 */
final class RedisTopology implements AutoCloseable {

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final List<LocalRedisServer> servers = new ArrayList<>();

	LocalRedisServer start(RedisProgram program, String... settings) {
		LocalRedisServer server = LocalRedisServer.start(program, settings);
		this.servers.add(server);
		return server;
	}

	/**
	 * Wait for a condition. While servers come and go, it may fail for a moment.
	 */
	void await(String what, Callable<Boolean> condition) {
		try {
			Awaitility.await(what)
				.atMost(LIMIT)
				.pollInterval(Duration.ofMillis(20))
				.pollDelay(Duration.ZERO)
				.ignoreExceptions()
				.until(condition);
		}
		catch (ConditionTimeoutException ex) {
			throw new IllegalStateException("No " + what + " within " + LIMIT + ". "
					+ this.servers.stream()
						.map((server) -> server + (server.isRunning() ? "" : " (not running)") + server.logTail())
						.collect(Collectors.joining("\n\n")),
					ex);
		}
	}

	@Override
	public void close() {
		Collections.reverse(this.servers);
		this.servers.forEach(LocalRedisServer::close);
	}

}
