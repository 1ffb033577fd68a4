package dev.channels.test.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

import org.springframework.util.FileSystemUtils;

/**
 * A Redis process on the loopback interface, with a directory of its own.
 */
final class LocalRedisServer implements RedisServer {

	static final String HOST = "127.0.0.1";

	private static final Duration START_LIMIT = Duration.ofSeconds(10);

	/**
	 * Somebody else may take a port between its choice and the start.
	 */
	private static final int ATTEMPTS = 5;

	private static final int LOG_TAIL = 20;

	private static final Set<LocalRedisServer> open = ConcurrentHashMap.newKeySet();

	static {
		Runtime.getRuntime().addShutdownHook(new Thread(() -> open.forEach(LocalRedisServer::close)));
	}

	private final RedisProgram program;

	private final int port;

	private final Path directory;

	private volatile Process process;

	private volatile boolean frozen;

	private LocalRedisServer(RedisProgram program, int port, Path directory, List<String> settings) throws IOException {
		this.program = program;
		this.port = port;
		this.directory = directory;
		List<String> lines = new ArrayList<>(settings);
		lines.add("port " + port);
		lines.add("bind " + HOST);
		Files.write(directory.resolve("redis.conf"), lines);
		open.add(this);
		this.process = launch();
	}

	/**
	 * Start a process that keeps nothing on disk.
	 * @param settings further lines of its configuration
	 */
	static LocalRedisServer start(RedisProgram program, String... settings) {
		program.require();
		List<String> all = new ArrayList<>(List.of(settings));
		if (program == RedisProgram.SERVER) {
			all.addAll(List.of("save \"\"", "appendonly no", "repl-diskless-sync-delay 0"));
		}
		for (int i = 1;; i++) {
			LocalRedisServer server = create(program, all);
			try {
				server.awaitAnswer();
				return server;
			}
			catch (IllegalStateException ex) {
				boolean taken = server.logTail().contains("Address already in use");
				server.close();
				if (i == ATTEMPTS || !taken) {
					throw ex;
				}
			}
		}
	}

	private static LocalRedisServer create(RedisProgram program, List<String> settings) {
		try {
			return new LocalRedisServer(program, FreePorts.next(), Files.createTempDirectory("channels-redis"),
					settings);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No configuration for a " + program.command(), ex);
		}
	}

	private Process launch() throws IOException {
		return new ProcessBuilder(this.program.command(), "redis.conf").directory(this.directory.toFile())
			.redirectErrorStream(true)
			.redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
			.start();
	}

	private void awaitAnswer() {
		try {
			Awaitility.await()
				.atMost(START_LIMIT)
				.pollInterval(Duration.ofMillis(10))
				.pollDelay(Duration.ZERO)
				.until(() -> !this.process.isAlive() || answers());
		}
		catch (ConditionTimeoutException ex) {
			throw new IllegalStateException(this + " does not answer after " + START_LIMIT + logTail(), ex);
		}
		if (!this.process.isAlive()) {
			throw new IllegalStateException(this + " has ended with exit code " + this.process.exitValue() + logTail());
		}
	}

	private boolean answers() {
		try (RespConnection connection = RespConnection.open(HOST, this.port, Duration.ofSeconds(1))) {
			return "PONG".equals(connection.call("PING"));
		}
		catch (UncheckedIOException | IllegalStateException ex) {
			return false;
		}
	}

	/**
	 * Return the end of what the server logged, for the text of an exception.
	 */
	String logTail() {
		try {
			List<String> lines = Files.readAllLines(log());
			return ". The end of its log:\n"
					+ String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
		}
		catch (IOException ex) {
			return ". It has no log: " + ex.getMessage();
		}
	}

	private Path log() {
		return this.directory.resolve("redis.log");
	}

	@Override
	public String host() {
		return HOST;
	}

	@Override
	public int port() {
		return this.port;
	}

	@Override
	public boolean isRunning() {
		return this.process.isAlive() && !this.frozen;
	}

	@Override
	public void kill() {
		this.process.destroyForcibly();
		try {
			if (!this.process.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
				throw new IllegalStateException(this + " does not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		this.frozen = false;
	}

	@Override
	public void restart() {
		kill();
		try {
			this.process = launch();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(this + " does not start again", ex);
		}
		awaitAnswer();
	}

	@Override
	public void freeze() {
		signal("STOP");
		this.frozen = true;
	}

	@Override
	public void thaw() {
		signal("CONT");
		this.frozen = false;
	}

	private void signal(String name) {
		try {
			Process signal = new ProcessBuilder("kill", "-" + name, Long.toString(this.process.pid())).start();
			if (signal.waitFor() != 0) {
				throw new IllegalStateException(this + " takes no signal " + name + ": does it run?");
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException("There is no 'kill' command", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		if (open.remove(this)) {
			kill();
			FileSystemUtils.deleteRecursively(this.directory.toFile());
		}
	}

	@Override
	public String toString() {
		return this.program.command() + " on " + HOST + ":" + this.port;
	}

}
