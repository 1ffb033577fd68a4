package dev.channels.test.redis;

/**
 * A Redis for tests, in a container where Docker answers, else a {@code redis-server}
 * process of this machine. Holds nothing on disk. Killed with the JVM at the latest.
 * <p>
 * The system property {@value #PROPERTY} with the value {@code docker} or {@code local}
 * takes the choice away. A machine that has neither fails the test: it is never skipped.
 *
 * <pre class="code">
 * try (RedisServer redis = RedisServer.start()) {
 *     connectTo(redis.host(), redis.port());
 *     assertThat(redis.cli("PUBSUB", "CHANNELS")).isEqualTo("asgi__group__lobby");
 * }</pre>
 *
 * @since 0.1.0
 */
public interface RedisServer extends AutoCloseable {

	/**
	 * Name of the system property that forces {@code docker} or {@code local}.
	 */
	String PROPERTY = "channels.test.redis";

	/**
	 * Start a server of the kind that this machine offers.
	 * @return the server, which answers
	 * @throws IllegalStateException if this machine has neither Docker nor a
	 * {@code redis-server} of version 7 or newer
	 */
	static RedisServer start() {
		return RedisServerChoice.start();
	}

	/**
	 * Start a server as a process of this machine, for tests that kill or freeze it.
	 * @return the server, which answers
	 * @throws IllegalStateException if this machine has no {@code redis-server} of
	 * version 7 or newer
	 */
	static RedisServer local() {
		return LocalRedisServer.start(RedisProgram.SERVER);
	}

	/**
	 * Return the host.
	 * @return its name or address
	 */
	String host();

	/**
	 * Return the port, which stays the same when the server is started again.
	 * @return the port
	 */
	int port();

	/**
	 * Whether the server runs and is not frozen.
	 * @return {@code true} if so
	 */
	boolean isRunning();

	/**
	 * Kill the process at once, as a crash of the machine would. Does nothing if it does
	 * not run.
	 * @throws UnsupportedOperationException if the server is in a container
	 */
	void kill();

	/**
	 * Kill the process if it runs, and start it again on the same port, without the data
	 * it had.
	 * @throws UnsupportedOperationException if the server is in a container
	 */
	void restart();

	/**
	 * Stop the process without an end of its connections: it answers nothing until it is
	 * {@link #thaw() thawed}.
	 * @throws UnsupportedOperationException if the server is in a container
	 */
	void freeze();

	/**
	 * Let a frozen process go on. Does nothing if it is not frozen.
	 * @throws UnsupportedOperationException if the server is in a container
	 */
	void thaw();

	/**
	 * Run a command over a connection of its own.
	 * @param command the command and its arguments
	 * @return the reply as text: {@code (nil)} for none, the elements of a list line by
	 * line
	 * @throws IllegalStateException if the server answers with an error
	 * @throws java.io.UncheckedIOException if it does not answer
	 */
	default String cli(String... command) {
		try (RespConnection connection = RespConnection.open(host(), port())) {
			return RespConnection.text(connection.call(command));
		}
	}

	/**
	 * Watch the commands that the server runs from now on.
	 * @return what sees them, to be closed
	 */
	default RedisMonitor monitor() {
		return new RedisMonitor(this);
	}

	/**
	 * End the server and delete what it left. Does nothing if it is closed.
	 */
	@Override
	void close();

}
