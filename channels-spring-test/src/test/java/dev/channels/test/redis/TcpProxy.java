package dev.channels.test.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A network between a node and a server that can be slow, swallow everything without
 * closing a connection, or lead new connections elsewhere.
 */
final class TcpProxy implements AutoCloseable {

	private final String host;

	private volatile int targetPort;

	private final ServerSocket server;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private volatile long delayNanos;

	// guarded by this
	private boolean parted;

	TcpProxy(String host, int targetPort) throws IOException {
		this.host = host;
		this.targetPort = targetPort;
		this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
		start("accept", this::accept);
	}

	int port() {
		return this.server.getLocalPort();
	}

	/**
	 * Let all bytes take some time, each way.
	 */
	void delay(Duration delay) {
		this.delayNanos = delay.toNanos();
	}

	/**
	 * Let nothing through, until the end of the partition: it comes then, as TCP has it.
	 */
	synchronized void part() {
		this.parted = true;
	}

	synchronized void heal() {
		this.parted = false;
		notifyAll();
	}

	/**
	 * Lead new connections to another server; those that are there stay where they are.
	 */
	void target(int port) {
		this.targetPort = port;
	}

	/**
	 * Close all connections.
	 */
	void cut() throws IOException {
		for (Socket socket : this.sockets) {
			this.sockets.remove(socket);
			socket.close();
		}
	}

	private synchronized void awaitUnity() throws InterruptedException {
		while (this.parted) {
			wait();
		}
	}

	private void accept() throws IOException, InterruptedException {
		while (true) {
			Socket client = this.server.accept();
			this.sockets.add(client);
			start("connect", () -> {
				awaitUnity();
				Socket target = new Socket(this.host, this.targetPort);
				this.sockets.add(target);
				forward(client, target);
				forward(target, client);
			});
		}
	}

	private void forward(Socket from, Socket to) {
		BlockingQueue<Chunk> chunks = new LinkedBlockingQueue<>();
		start("read", () -> {
			InputStream input = from.getInputStream();
			byte[] buffer = new byte[65536];
			for (int length = input.read(buffer); length >= 0; length = input.read(buffer)) {
				chunks.add(new Chunk(Arrays.copyOf(buffer, length), System.nanoTime() + this.delayNanos));
			}
			chunks.add(Chunk.END);
		});
		start("write", () -> {
			OutputStream output = to.getOutputStream();
			for (Chunk chunk = chunks.take(); chunk != Chunk.END; chunk = chunks.take()) {
				Thread.sleep(Duration.ofNanos(Math.max(0, chunk.due - System.nanoTime())).toMillis());
				awaitUnity();
				output.write(chunk.bytes);
			}
			to.close();
		});
	}

	private void start(String name, Task task) {
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (IOException | InterruptedException ex) {
				// the connection is over
			}
		}, "proxy-" + name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		heal();
		this.server.close();
		cut();
	}

	private interface Task {

		void run() throws IOException, InterruptedException;

	}

	private record Chunk(byte[] bytes, long due) {

		private static final Chunk END = new Chunk(new byte[0], 0);

	}

}
