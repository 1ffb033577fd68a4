package dev.channels.foreign;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.test.redis.RedisServer;
import org.awaitility.core.ConditionTimeoutException;

import static org.awaitility.Awaitility.await;

/**
 * The Django application of {@code src/test/resources/django}, served by daphne on a free
 * port.
 */
final class DjangoServer implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final String HELP = "Run ./verify, or install python3-django-channels, python3-channels-redis and daphne";

	private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

	private static final Pattern LISTENING = Pattern.compile("Listening on TCP address \\S+:(\\d+)");

	private final Path log;

	private final Process process;

	private int port;

	private DjangoServer(RedisServer redis) throws Exception {
		this.log = Files.createTempFile("django", ".log");
		ProcessBuilder builder = new ProcessBuilder("/usr/bin/python3", "-m", "daphne", "--bind", "127.0.0.1", "--port",
				"0", "asgi:application")
			.directory(new File(DjangoServer.class.getResource("/django").toURI()))
			.redirectErrorStream(true)
			.redirectOutput(this.log.toFile());
		builder.environment().put("REDIS_URL", "redis://" + redis.host() + ":" + redis.port());
		builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
		this.process = builder.start();
		Runtime.getRuntime().addShutdownHook(new Thread(this.process::destroyForcibly));
	}

	static DjangoServer start(RedisServer redis) throws Exception {
		try {
			DjangoServer server = new DjangoServer(redis);
			server.awaitPort();
			return server;
		}
		catch (IOException ex) {
			throw new IllegalStateException("Django does not start. " + HELP, ex);
		}
	}

	private void awaitPort() {
		try {
			await().atMost(START_LIMIT).until(() -> listening().find() || !this.process.isAlive());
		}
		catch (ConditionTimeoutException ex) {
			// told below
		}
		Matcher listening = listening();
		if (!listening.find()) {
			String report = log();
			close();
			throw new IllegalStateException("Django does not listen. " + HELP + ". Its log:\n" + report);
		}
		this.port = Integer.parseInt(listening.group(1));
	}

	int port() {
		return this.port;
	}

	String log() {
		try {
			return Files.readString(this.log);
		}
		catch (IOException ex) {
			return "no log: " + ex.getMessage();
		}
	}

	private Matcher listening() {
		return LISTENING.matcher(log());
	}

	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
				this.process.destroyForcibly();
			}
			Files.deleteIfExists(this.log);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
