package dev.channels.test;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients with small receive buffers that read nothing after their handshake, and send
 * the same frames over and over as fast as the server takes them, all on one thread.
 */
public final class Flood implements AutoCloseable {

	private final List<Client> clients = new ArrayList<>();

	private final Thread thread = new Thread(this::run, "flood");

	private volatile boolean closed;

	private volatile long sent;

	public Flood(TestServer server, String path, int count, byte[] first, byte[] frames) throws IOException {
		for (int i = 0; i < count; i++) {
			this.clients.add(new Client(open(server, path), first, frames));
		}
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private static SocketChannel open(TestServer server, String path) throws IOException {
		SocketChannel channel = SocketChannel.open();
		channel.socket().setReceiveBufferSize(4096);
		channel.connect(new InetSocketAddress("localhost", server.port()));
		channel.write(StandardCharsets.ISO_8859_1
			.encode("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
					+ "Sec-WebSocket-Key: " + RawClient.KEY + "\r\nSec-WebSocket-Version: 13\r\n\r\n"));
		ByteBuffer response = ByteBuffer.allocate(12);
		while (response.hasRemaining() && channel.read(response) >= 0) {
			continue;
		}
		String status = new String(response.array(), StandardCharsets.ISO_8859_1);
		if (!status.equals("HTTP/1.1 101")) {
			throw new IOException(status);
		}
		channel.configureBlocking(false);
		return channel;
	}

	private void run() {
		while (!this.closed) {
			boolean moved = false;
			for (Iterator<Client> it = this.clients.iterator(); it.hasNext();) {
				try {
					moved |= it.next().write();
				}
				catch (IOException ex) {
					// the server has had enough of it
					it.remove();
				}
			}
			if (!moved) {
				LockSupport.parkNanos(1_000_000);
			}
		}
		for (Client client : this.clients) {
			client.close();
		}
	}

	/**
	 * Return how many bytes the server's side has taken.
	 */
	public long sent() {
		return this.sent;
	}

	@Override
	public void close() {
		this.closed = true;
		try {
			this.thread.join(10_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private final class Client {

		private final SocketChannel channel;

		private final byte[] frames;

		private ByteBuffer rest;

		Client(SocketChannel channel, byte[] first, byte[] frames) {
			this.channel = channel;
			this.frames = frames;
			this.rest = ByteBuffer.wrap(first);
		}

		@SuppressWarnings("NonAtomicVolatileUpdate") // one thread
		boolean write() throws IOException {
			if (!this.rest.hasRemaining()) {
				this.rest = ByteBuffer.wrap(this.frames);
			}
			int written = this.channel.write(this.rest);
			Flood.this.sent += written;
			return written > 0;
		}

		void close() {
			try {
				// with a reset: nobody wants to see what the server has not read yet
				this.channel.socket().setSoLinger(true, 0);
				this.channel.close();
			}
			catch (IOException ex) {
				// it is gone
			}
		}

	}

}
