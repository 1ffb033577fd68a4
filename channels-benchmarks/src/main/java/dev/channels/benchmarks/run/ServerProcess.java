package dev.channels.benchmarks.run;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A server that runs in a process of its own.
 */
final class ServerProcess implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private static final Duration END_LIMIT = Duration.ofSeconds(5);

	private static final Duration POLL = Duration.ofMillis(50);

	private final Process process;

	private final int port;

	private final Log log;

	private final Thread killer;

	private ServerProcess(Process process, int port, Log log) {
		this.process = process;
		this.port = port;
		this.log = log;
		this.killer = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(this.killer);
	}

	/**
	 * Start a server and wait until it takes connections.
	 * @param arguments beside those of the peer
	 * @param log the file that gets its output
	 */
	static ServerProcess start(Peer peer, Jdk jdk, List<String> jvmArguments, List<String> arguments, Path log)
			throws IOException, InterruptedException {
		int port = freePort();
		List<String> command = new ArrayList<>(List.of(jdk.java(), "-Xmx2g"));
		command.addAll(jvmArguments);
		command.addAll(List.of("-cp", peer.classPath().toString(), peer.kind().mainClass(), "--server.port=" + port));
		command.addAll(peer.arguments());
		command.addAll(arguments);
		Process process = new ProcessBuilder(Cores.forServer(command)).redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		ServerProcess server = new ServerProcess(process, port, new Log(log));
		try {
			server.awaitStart(peer);
			return server;
		}
		catch (IllegalStateException | InterruptedException ex) {
			server.close();
			throw ex;
		}
	}

	private void awaitStart(Peer peer) throws InterruptedException {
		long deadline = System.nanoTime() + START_LIMIT.toNanos();
		while (!accepts()) {
			if (!this.process.isAlive() || System.nanoTime() - deadline > 0) {
				throw new IllegalStateException(peer + " does not start. " + this.log.tail());
			}
			Thread.sleep(POLL.toMillis());
		}
	}

	private boolean accepts() {
		try (Socket socket = new Socket()) {
			socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port));
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	int port() {
		return this.port;
	}

	long pid() {
		return this.process.pid();
	}

	Log log() {
		return this.log;
	}

	/**
	 * End it, at once if it hesitates.
	 */
	@Override
	public void close() {
		this.process.destroy();
		try {
			if (!this.process.waitFor(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
				this.process.destroyForcibly();
			}
		}
		catch (InterruptedException ex) {
			this.process.destroyForcibly();
			Thread.currentThread().interrupt();
		}
		Runtime.getRuntime().removeShutdownHook(this.killer);
	}

}
