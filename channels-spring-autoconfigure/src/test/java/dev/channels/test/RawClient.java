package dev.channels.test;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import javax.net.ssl.SSLContext;

/**
 * A client that can do what no polite library does: send any frame, not read, reset the
 * connection. For use by one thread; every read has a limit of 10 s.
 */
public final class RawClient implements AutoCloseable {

	public static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

	private static final int TIMEOUT_MILLIS = 10_000;

	private final Socket socket;

	private final DataInputStream in;

	private final OutputStream out;

	private int status;

	private final Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

	private final PacedInputStream paced;

	private boolean answersPings;

	private RawClient(int port, int receiveBuffer) throws IOException {
		this(new Socket(), port, receiveBuffer);
	}

	private RawClient(Socket socket, int port, int receiveBuffer) throws IOException {
		this.socket = socket;
		if (receiveBuffer > 0) {
			this.socket.setReceiveBufferSize(receiveBuffer);
		}
		this.socket.connect(new InetSocketAddress("localhost", port), TIMEOUT_MILLIS);
		this.socket.setSoTimeout(TIMEOUT_MILLIS);
		this.socket.setTcpNoDelay(true);
		this.paced = new PacedInputStream(this.socket.getInputStream());
		this.in = new DataInputStream(new BufferedInputStream(this.paced, 64 * 1024));
		this.out = this.socket.getOutputStream();
	}

	/**
	 * Connect and upgrade.
	 * @throws AssertionError if the answer is not 101
	 */
	public static RawClient open(TestServer server, String path, String... headers) throws IOException {
		return open(server.port(), path, headers);
	}

	/**
	 * Connect to any server on this machine, and upgrade.
	 * @throws AssertionError if the answer is not 101
	 */
	public static RawClient open(int port, String path, String... headers) throws IOException {
		RawClient client = new RawClient(port, 0);
		client.sendHandshake(path, headers);
		client.readResponse();
		if (client.status != 101) {
			throw new AssertionError("Expected 101, was " + client.status);
		}
		return client;
	}

	/**
	 * Connect with a small receive buffer, which a client that never reads fills quickly.
	 */
	public static RawClient openDeaf(TestServer server, String path) throws IOException {
		RawClient client = new RawClient(server.port(), 4096);
		client.sendHandshake(path);
		client.readResponse();
		return client;
	}

	/**
	 * Connect as a client that reads slowly, whatever there is, and answers pings.
	 * @param bytesPerStep how many bytes it reads within 10 ms
	 */
	public static RawClient openSlow(TestServer server, String path, int bytesPerStep) throws IOException {
		RawClient client = new RawClient(server.port(), Math.max(4096, 2 * bytesPerStep));
		client.sendHandshake(path);
		client.readResponse();
		return client.slowly(bytesPerStep);
	}

	/**
	 * Connect by TLS with a small receive buffer, and upgrade.
	 */
	public static RawClient openSecure(TestServer server, String path, SSLContext tls) throws IOException {
		return openSecure(server, path, tls, 4096);
	}

	/**
	 * Connect by TLS, and upgrade.
	 */
	public static RawClient openSecure(TestServer server, String path, SSLContext tls, int receiveBuffer)
			throws IOException {
		RawClient client = new RawClient(tls.getSocketFactory().createSocket(), server.port(), receiveBuffer);
		client.sendHandshake(path);
		client.readResponse();
		return client;
	}

	/**
	 * Connect and ask for an upgrade, whatever the answer.
	 */
	public static RawClient request(TestServer server, String path, String... headers) throws IOException {
		RawClient client = new RawClient(server.port(), 0);
		client.sendHandshake(path, headers);
		client.readResponse();
		return client;
	}

	/**
	 * Connect and ask for an upgrade, without waiting for the answer.
	 */
	public static RawClient requestOnly(TestServer server, String path, String... headers) throws IOException {
		RawClient client = new RawClient(server.port(), 0);
		client.sendHandshake(path, headers);
		return client;
	}

	/**
	 * Send any HTTP request.
	 */
	public static RawClient http(TestServer server, String... lines) throws IOException {
		RawClient client = new RawClient(server.port(), 0);
		client.out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
		client.readResponse();
		return client;
	}

	private void sendHandshake(String path, String... headers) throws IOException {
		List<String> lines = new ArrayList<>(
				List.of("GET " + path + " HTTP/1.1", "Host: localhost:" + this.socket.getPort(), "Upgrade: websocket",
						"Connection: Upgrade", "Sec-WebSocket-Key: " + KEY, "Sec-WebSocket-Version: 13"));
		lines.addAll(List.of(headers));
		this.out.write((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
	}

	public void readResponse() throws IOException {
		String statusLine = readLine();
		this.status = Integer.parseInt(statusLine.split(" ")[1]);
		String line = readLine();
		while (!line.isEmpty()) {
			int colon = line.indexOf(':');
			this.headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT), (name) -> new ArrayList<>())
				.add(line.substring(colon + 1).strip());
			line = readLine();
		}
	}

	private String readLine() throws IOException {
		StringBuilder line = new StringBuilder();
		int c = this.in.read();
		while (c != '\n') {
			if (c < 0) {
				throw new EOFException("No response");
			}
			if (c != '\r') {
				line.append((char) c);
			}
			c = this.in.read();
		}
		return line.toString();
	}

	public int status() {
		return this.status;
	}

	public String header(String name) {
		List<String> values = this.headers.get(name);
		return (values != null) ? String.join(",", values) : null;
	}

	public RawClient send(String text) throws IOException {
		return send(Frame.TEXT, true, text.getBytes(StandardCharsets.UTF_8));
	}

	public RawClient send(int opcode, boolean fin, byte[] payload) throws IOException {
		this.out.write(Frame.encode(opcode, fin, true, payload));
		return this;
	}

	public RawClient sendBytes(byte[] bytes) throws IOException {
		this.out.write(bytes);
		return this;
	}

	public RawClient sendClose(int code, String reason) throws IOException {
		return send(Frame.CLOSE, true, Frame.closePayload(code, reason));
	}

	/**
	 * Read a frame; answer no ping.
	 */
	public Frame readFrame() throws IOException {
		int first = this.in.readUnsignedByte();
		int second = this.in.readUnsignedByte();
		long length = second & 0x7F;
		if (length == 126) {
			length = this.in.readUnsignedShort();
		}
		else if (length == 127) {
			length = this.in.readLong();
		}
		byte[] payload = new byte[(int) length];
		this.in.readFully(payload);
		return new Frame(first & 0x0F, (first & 0x80) != 0, payload);
	}

	/**
	 * Read a whole message, put together from its frames, skipping pings and pongs. Slow
	 * clients answer the pings.
	 */
	public Frame readMessage() throws IOException {
		ByteArrayOutputStream payload = new ByteArrayOutputStream();
		int opcode = -1;
		while (true) {
			Frame frame = readFrame();
			if (frame.opcode() == Frame.CLOSE) {
				return frame;
			}
			if (frame.opcode() > Frame.CLOSE) {
				if (frame.opcode() == Frame.PING && this.answersPings) {
					send(Frame.PONG, true, frame.payload());
				}
				continue;
			}
			opcode = (frame.opcode() == Frame.CONTINUATION) ? opcode : frame.opcode();
			payload.writeBytes(frame.payload());
			if (frame.fin()) {
				return new Frame(opcode, true, payload.toByteArray());
			}
		}
	}

	public String readText() throws IOException {
		Frame frame = readMessage();
		if (frame.opcode() != Frame.TEXT) {
			throw new AssertionError("Expected text, was opcode " + frame.opcode()
					+ ((frame.opcode() == Frame.CLOSE) ? " " + frame.closeCode() + " " + frame.closeReason() : ""));
		}
		return frame.text();
	}

	/**
	 * Read until the close frame, skipping the rest.
	 */
	public Frame readClose() throws IOException {
		Frame frame = readFrame();
		while (frame.opcode() != Frame.CLOSE) {
			frame = readFrame();
		}
		return frame;
	}

	/**
	 * Whether the server ends the connection, with or without a close frame before.
	 */
	public boolean readsEnd() throws IOException {
		try {
			while (this.in.read() >= 0) {
				continue;
			}
			return true;
		}
		catch (SocketException ex) {
			return true;
		}
	}

	/**
	 * Read to the end of the connection.
	 * @return how many bytes there were
	 */
	public int bytesToEnd() throws IOException {
		int count = 0;
		while (this.in.read() >= 0) {
			count++;
		}
		return count;
	}

	/**
	 * Read to the end of the connection, be it in the middle of a frame.
	 * @return how many whole frames there were
	 */
	public int framesToEnd() throws IOException {
		int count = 0;
		try {
			while (true) {
				readFrame();
				count++;
			}
		}
		catch (EOFException | SocketException ex) {
			return count;
		}
	}

	/**
	 * Read slowly from now on, whatever there is, and answer pings.
	 * @param bytesPerStep how many bytes to read within 10 ms
	 */
	public RawClient slowly(int bytesPerStep) {
		this.paced.pace(bytesPerStep);
		this.answersPings = true;
		return this;
	}

	public RawClient timeout(int millis) throws IOException {
		this.socket.setSoTimeout(millis);
		return this;
	}

	/**
	 * End the connection with a reset instead of a close.
	 */
	public void reset() throws IOException {
		this.socket.setSoLinger(true, 0);
		this.socket.close();
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
