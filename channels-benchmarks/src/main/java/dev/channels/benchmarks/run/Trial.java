package dev.channels.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import dev.channels.benchmarks.load.DriverOrder;
import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Scenario;
import dev.channels.test.redis.RedisServer;
import org.jspecify.annotations.Nullable;

/**
 * The servers of one scenario, and what drives them.
 */
final class Trial implements AutoCloseable {

	private final Peer peer;

	private final Jdk jdk;

	private final Path logs;

	private final @Nullable RedisServer redis;

	private final List<ServerProcess> servers = new ArrayList<>();

	private Trial(Peer peer, Jdk jdk, Path logs, @Nullable RedisServer redis) {
		this.peer = peer;
		this.jdk = jdk;
		this.logs = logs;
		this.redis = redis;
	}

	/**
	 * Start as many servers as a scenario needs, and a Redis if that is more than one.
	 * @param jvmArguments of the servers
	 * @param logs the directory for what they write
	 */
	static Trial start(Peer peer, int nodes, Jdk jdk, List<String> jvmArguments, Path logs)
			throws IOException, InterruptedException {
		Files.createDirectories(logs);
		RedisServer redis = (nodes > 1) ? RedisServer.local() : null;
		List<String> arguments = List.of();
		if (redis != null) {
			Cores.moveToDriver(pidOf(redis));
			arguments = peer.kind().sharedArguments(redis.port());
		}
		Trial trial = new Trial(peer, jdk, logs, redis);
		try {
			for (int i = 0; i < nodes; i++) {
				trial.servers
					.add(ServerProcess.start(peer, jdk, jvmArguments, arguments, logs.resolve("server-" + i + ".log")));
			}
			return trial;
		}
		catch (IOException | InterruptedException | RuntimeException ex) {
			trial.close();
			throw ex;
		}
	}

	private static long pidOf(RedisServer redis) {
		return Long.parseLong(redis.cli("INFO", "server").replaceAll("(?s).*process_id:(\\d+).*", "$1"));
	}

	/**
	 * Drive the servers. May be called again.
	 */
	Measurement run(Scenario scenario) throws IOException, InterruptedException {
		DriverOrder order = new DriverOrder(scenario, this.peer.protocol(),
				this.servers.stream().map(ServerProcess::port).toList(),
				this.servers.stream().map(ServerProcess::pid).toList());
		return DriverProcess.run(order, this.jdk, this.logs.resolve("driver.log"));
	}

	@Override
	public void close() {
		this.servers.forEach(ServerProcess::close);
		if (this.redis != null) {
			this.redis.close();
		}
	}

}
