package dev.channels.test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

import static org.awaitility.Awaitility.await;

/**
 * Many clients on one thread, which reads what all of them get. Sending is done by the
 * caller's thread.
 */
public final class ClientPool implements AutoCloseable {

	private static final int BUFFER_SIZE = 64 * 1024;

	private final Selector selector = Selector.open();

	private final List<Client> clients = new ArrayList<>();

	private final Queue<Client> toRegister = new ConcurrentLinkedQueue<>();

	private final AtomicLong received = new AtomicLong();

	private final Thread thread = new Thread(this::readAll, "client-pool");

	private volatile boolean closed;

	public ClientPool() throws IOException {
		this.thread.setDaemon(true);
		this.thread.start();
	}

	public Client open(TestServer server, String path) {
		return open(server, path, (client, message) -> client.messages.add(message));
	}

	public Client open(TestServer server, String path, Listener listener) {
		try {
			SocketChannel channel = SocketChannel.open(new InetSocketAddress("localhost", server.port()));
			channel.socket().setTcpNoDelay(true);
			ByteBuffer leftover = handshake(channel, server, path);
			channel.configureBlocking(false);
			Client client = new Client(this.clients.size(), channel, listener, leftover);
			this.clients.add(client);
			this.toRegister.add(client);
			this.selector.wakeup();
			return client;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static ByteBuffer handshake(SocketChannel channel, TestServer server, String path) throws IOException {
		channel.write(StandardCharsets.ISO_8859_1.encode("GET " + path + " HTTP/1.1\r\nHost: localhost:" + server.port()
				+ "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + RawClient.KEY
				+ "\r\nSec-WebSocket-Version: 13\r\n\r\n"));
		ByteBuffer response = ByteBuffer.allocate(BUFFER_SIZE);
		while (true) {
			if (channel.read(response) < 0) {
				throw new IOException("No response");
			}
			String text = new String(response.array(), 0, response.position(), StandardCharsets.ISO_8859_1);
			int end = text.indexOf("\r\n\r\n");
			if (end >= 0) {
				if (!text.startsWith("HTTP/1.1 101")) {
					throw new IOException(text.substring(0, text.indexOf("\r\n")));
				}
				response.flip().position(end + 4);
				return response;
			}
		}
	}

	public List<Client> clients() {
		return this.clients;
	}

	/**
	 * Return how many messages all clients got.
	 */
	public long received() {
		return this.received.get();
	}

	/**
	 * Wait until all clients together have got so many messages.
	 * @throws AssertionError if they have not in time, or one is closed
	 */
	public void awaitReceived(long count, Duration timeout) {
		if (this.received.get() >= count) {
			return;
		}
		await().atMost(timeout).pollInterval(Duration.ofMillis(10)).until(() -> {
			this.clients.stream().filter(Client::ended).forEach((client) -> {
				Frame close = client.closeFrame;
				throw new AssertionError("Client " + client.index + " was closed with "
						+ ((close != null) ? close.closeCode() + " " + close.closeReason() : "no close frame"));
			});
			return this.received.get() >= count;
		});
	}

	/**
	 * Wait until no client has got anything for a while.
	 */
	public void awaitQuiet(Duration quiet, Duration timeout) {
		long[] last = { -1, System.nanoTime() };
		await().atMost(timeout).pollInterval(Duration.ofMillis(20)).until(() -> {
			long count = this.received.get();
			if (count != last[0]) {
				last[0] = count;
				last[1] = System.nanoTime();
			}
			return System.nanoTime() - last[1] > quiet.toNanos();
		});
	}

	private void readAll() {
		try {
			while (!this.closed) {
				this.selector.select();
				Client added = this.toRegister.poll();
				while (added != null) {
					added.channel.register(this.selector, SelectionKey.OP_READ, added);
					added.parse();
					added = this.toRegister.poll();
				}
				for (SelectionKey key : this.selector.selectedKeys()) {
					((Client) key.attachment()).read(key);
				}
				this.selector.selectedKeys().clear();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		this.closed = true;
		this.selector.wakeup();
		try {
			this.thread.join(5000);
			for (Client client : this.clients) {
				client.channel.close();
			}
			this.selector.close();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Is told each message of a client, by the one thread that reads.
	 */
	public interface Listener {

		void received(Client client, String message);

	}

	public final class Client {

		private final int index;

		private final SocketChannel channel;

		private final Listener listener;

		private ByteBuffer buffer;

		private final Queue<String> messages = new ConcurrentLinkedQueue<>();

		private volatile Frame closeFrame;

		private volatile boolean ended;

		private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();

		private Client(int index, SocketChannel channel, Listener listener, ByteBuffer leftover) {
			this.index = index;
			this.channel = channel;
			this.listener = listener;
			this.buffer = leftover;
		}

		public int index() {
			return this.index;
		}

		public Queue<String> messages() {
			return this.messages;
		}

		public Frame closeFrame() {
			return this.closeFrame;
		}

		public boolean ended() {
			return this.ended;
		}

		public synchronized void send(String text) {
			write(Frame.encode(Frame.TEXT, true, true, text.getBytes(StandardCharsets.UTF_8)));
		}

		private synchronized void write(byte[] bytes) {
			ByteBuffer out = ByteBuffer.wrap(bytes);
			try {
				while (out.hasRemaining()) {
					if (this.channel.write(out) == 0) {
						Thread.onSpinWait();
					}
				}
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		public void sendClose(int code) {
			write(Frame.encode(Frame.CLOSE, true, true, Frame.closePayload(code, "")));
		}

		private void read(SelectionKey key) {
			try {
				this.buffer.compact();
				if (!this.buffer.hasRemaining()) {
					ByteBuffer larger = ByteBuffer.allocate(this.buffer.capacity() * 2);
					this.buffer.flip();
					this.buffer = larger.put(this.buffer);
				}
				int count = this.channel.read(this.buffer);
				this.buffer.flip();
				if (count < 0) {
					end(key);
					return;
				}
				parse();
			}
			catch (IOException ex) {
				end(key);
			}
		}

		private void end(SelectionKey key) {
			this.ended = true;
			key.cancel();
		}

		private void parse() {
			while (true) {
				this.buffer.mark();
				Frame frame = next();
				if (frame == null) {
					this.buffer.reset();
					return;
				}
				handle(frame);
			}
		}

		private Frame next() {
			if (this.buffer.remaining() < 2) {
				return null;
			}
			int first = this.buffer.get() & 0xFF;
			long length = this.buffer.get() & 0x7F;
			if (length == 126) {
				if (this.buffer.remaining() < 2) {
					return null;
				}
				length = this.buffer.getShort() & 0xFFFF;
			}
			else if (length == 127) {
				if (this.buffer.remaining() < 8) {
					return null;
				}
				length = this.buffer.getLong();
			}
			if (this.buffer.remaining() < length) {
				return null;
			}
			byte[] payload = new byte[(int) length];
			this.buffer.get(payload);
			return new Frame(first & 0x0F, (first & 0x80) != 0, payload);
		}

		private void handle(Frame frame) {
			switch (frame.opcode()) {
				case Frame.PING -> write(Frame.encode(Frame.PONG, true, true, frame.payload()));
				case Frame.PONG -> {
				}
				case Frame.CLOSE -> this.closeFrame = frame;
				default -> {
					this.fragments.writeBytes(frame.payload());
					if (frame.fin()) {
						String text = this.fragments.toString(StandardCharsets.UTF_8);
						this.fragments.reset();
						this.listener.received(this, text);
						ClientPool.this.received.incrementAndGet();
					}
				}
			}
		}

	}

}
