package dev.channels.test.redis;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * A connection that speaks as much of RESP2 as tests need, so that no client library is
 * needed, and none that is under test used.
 */
final class RespConnection implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final Socket socket;

	private final InputStream input;

	private final String peer;

	private RespConnection(Socket socket, String peer) throws IOException {
		this.socket = socket;
		this.input = new BufferedInputStream(socket.getInputStream());
		this.peer = peer;
	}

	static RespConnection open(String host, int port) {
		return open(host, port, TIMEOUT);
	}

	static RespConnection open(String host, int port, Duration timeout) {
		Socket socket = new Socket();
		try {
			socket.connect(new InetSocketAddress(host, port), (int) timeout.toMillis());
			socket.setSoTimeout((int) timeout.toMillis());
			return new RespConnection(socket, host + ":" + port);
		}
		catch (IOException ex) {
			close(socket);
			throw new UncheckedIOException("No connection to the Redis on " + host + ":" + port, ex);
		}
	}

	/**
	 * Wait for replies without a limit: for a connection that listens.
	 */
	RespConnection patient() throws IOException {
		this.socket.setSoTimeout(0);
		return this;
	}

	/**
	 * Run a command.
	 * @return text, a number, a list of such, or {@code null}
	 */
	@Nullable Object call(String... command) {
		try {
			ByteArrayOutputStream request = new ByteArrayOutputStream();
			writeLine(request, "*" + command.length);
			for (String argument : command) {
				writeLine(request, "$" + argument.getBytes(StandardCharsets.UTF_8).length);
				writeLine(request, argument);
			}
			this.socket.getOutputStream().write(request.toByteArray());
			return read();
		}
		catch (ErrorReply ex) {
			throw new IllegalStateException(
					"Redis on " + this.peer + " answers " + String.join(" ", command) + " with: " + ex.getMessage(),
					ex);
		}
		catch (IOException ex) {
			throw new UncheckedIOException("Redis on " + this.peer + " does not answer " + String.join(" ", command),
					ex);
		}
	}

	@Nullable Object read() throws IOException {
		String line = readLine();
		String rest = line.substring(1);
		return switch (line.charAt(0)) {
			case '+' -> rest;
			case '-' -> throw new ErrorReply(rest);
			case ':' -> Long.valueOf(rest);
			case '$' -> readBulk(Integer.parseInt(rest));
			case '*' -> readList(Integer.parseInt(rest));
			default -> throw new IOException("Not RESP2: " + line);
		};
	}

	private @Nullable String readBulk(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		String bulk = new String(this.input.readNBytes(length), StandardCharsets.UTF_8);
		readLine();
		return bulk;
	}

	private @Nullable List<@Nullable Object> readList(int length) throws IOException {
		if (length < 0) {
			return null;
		}
		List<@Nullable Object> list = new ArrayList<>();
		for (int i = 0; i < length; i++) {
			list.add(read());
		}
		return list;
	}

	private String readLine() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = this.input.read(); next != '\n'; next = this.input.read()) {
			if (next < 0) {
				throw new EOFException("The connection was closed");
			}
			line.write(next);
		}
		return line.toString(StandardCharsets.UTF_8).replaceFirst("\r$", "");
	}

	private static void writeLine(ByteArrayOutputStream request, String line) {
		request.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Return a reply as text.
	 */
	static String text(@Nullable Object reply) {
		if (reply instanceof List<?> list) {
			return list.stream().map(RespConnection::text).collect(Collectors.joining("\n"));
		}
		return (reply != null) ? reply.toString() : "(nil)";
	}

	@Override
	public void close() {
		close(this.socket);
	}

	private static void close(Socket socket) {
		try {
			socket.close();
		}
		catch (IOException ex) {
			// nothing is left to be done with it
		}
	}

	/**
	 * An error that the server answers with.
	 */
	private static final class ErrorReply extends IOException {

		private static final long serialVersionUID = 1L;

		ErrorReply(String message) {
			super(message);
		}

	}

}
