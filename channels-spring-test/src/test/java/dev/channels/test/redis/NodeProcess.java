package dev.channels.test.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import static org.awaitility.Awaitility.await;

/**
 * A node in a process of its own, which can be killed. It tells what happens to it in
 * lines.
 */
final class NodeProcess implements AutoCloseable {

	private final Process process;

	private final Queue<String> lines = new ConcurrentLinkedQueue<>();

	private final Thread reader;

	private NodeProcess(Process process, Consumer<String> listener) {
		this.process = process;
		Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
		this.reader = new Thread(() -> read(listener), "lines of " + process.pid());
		this.reader.start();
	}

	/**
	 * Start a process.
	 * @param main the class to run; gets the host and the port of Redis, and the
	 * arguments
	 * @param listener gets each line in the moment that it comes
	 */
	static NodeProcess start(Class<?> main, RedisServer redis, Consumer<String> listener, Object... arguments)
			throws IOException {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
		command.addAll(List.of(redis.host(), String.valueOf(redis.port())));
		for (Object argument : arguments) {
			command.add(argument.toString());
		}
		return new NodeProcess(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start(),
				listener);
	}

	static NodeProcess start(Class<?> main, RedisServer redis, Object... arguments) throws IOException {
		return start(main, redis, (line) -> {
		}, arguments);
	}

	private void read(Consumer<String> listener) {
		try (BufferedReader reader = this.process.inputReader()) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				this.lines.add(line);
				listener.accept(line);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	NodeProcess awaitLine(String expected) {
		await("the line '" + expected + "' of a node").atMost(30, TimeUnit.SECONDS)
			.until(() -> this.lines.contains(expected));
		return this;
	}

	/**
	 * Return the rest of all lines that begin with a word and a space.
	 */
	List<String> told(String word) {
		return this.lines.stream()
			.filter((line) -> line.startsWith(word + " "))
			.map((line) -> line.substring(word.length() + 1))
			.toList();
	}

	void freeze() throws Exception {
		signal("STOP");
	}

	void thaw() throws Exception {
		signal("CONT");
	}

	private void signal(String name) throws Exception {
		new ProcessBuilder("kill", "-" + name, String.valueOf(this.process.pid())).start().waitFor();
	}

	/**
	 * Kill it with signal 9, and read what it has told until then.
	 */
	void kill() throws InterruptedException {
		this.process.destroyForcibly().waitFor();
		this.reader.join(TimeUnit.SECONDS.toMillis(10));
	}

	@Override
	public void close() throws InterruptedException {
		kill();
	}

}
