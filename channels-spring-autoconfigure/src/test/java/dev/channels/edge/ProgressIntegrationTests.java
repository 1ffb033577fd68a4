package dev.channels.edge;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnReceive;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deadlines measure progress: what is slow and moves is served, whatever its size.
 */
class ProgressIntegrationTests {

	private static final int BYTES_PER_STEP = 1500;

	private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

	/**
	 * For measuring with the defaults: {@code -Dchannels.test.slow-bytes=900000}.
	 */
	private static final int SIZE = Integer.getInteger("channels.test.slow-bytes", 45_000);

	private static final boolean DEFAULTS = SIZE > 100_000;

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Echo.class)
			.route("/ws", "echo", settings("connection.idle-timeout=1s"))
			.route("/reader", "echo", settings("connection.idle-timeout=0s"))
			.start();
	}

	private static String[] settings(String own) {
		return DEFAULTS ? new String[0] : new String[] { own, "connection.send-timeout=1s",
				"connection.ping-interval=500ms", "connection.pong-timeout=1s" };
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@ValueSource(ints = { Frame.TEXT, Frame.BINARY })
	void oneSlowFrameIsHandled(int opcode) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws")) {
			byte[] frame = Frame.encode(opcode, true, true, payload());
			for (int i = 0; i < frame.length; i += BYTES_PER_STEP) {
				client.sendBytes(Arrays.copyOfRange(frame, i, Math.min(frame.length, i + BYTES_PER_STEP)));
				LockSupport.parkNanos(STEP_NANOS);
			}
			assertThat(client.readText()).isEqualTo(String.valueOf(SIZE));
		}
	}

	private static byte[] payload() {
		byte[] payload = new byte[SIZE];
		Arrays.fill(payload, (byte) 'x');
		return payload;
	}

	/**
	 * Neither by the deadline of the write nor by that of the pong, which stands behind
	 * all that the network has taken.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "text", "binary" })
	void slowReaderIsNotCut(String kind) throws Exception {
		// large enough that the network's own buffers do not take it
		int size = DEFAULTS ? SIZE : 2_000_000;
		int bytesPerStep = DEFAULTS ? BYTES_PER_STEP / 10 : 8 * 1024;
		try (RawClient client = RawClient.openSlow(server, "/reader", bytesPerStep)) {
			client.send(kind + " " + size);
			assertThat(client.readMessage().payload()).hasSize(size);
			client.send("still there?");
			assertThat(client.readText()).isEqualTo("12");
		}
	}

	@Test
	void silentUploadIsFoundLost() throws Exception {
		if (DEFAULTS) {
			return;
		}
		try (RawClient client = RawClient.open(server, "/ws")) {
			byte[] frame = Frame.encode(Frame.TEXT, true, true, payload());
			client.sendBytes(Arrays.copyOf(frame, 1000));
			assertThat(client.readsEnd()).isTrue();
		}
	}

	@Consumer("echo")
	static class Echo {

		@OnConnect
		void connect(Connection connection) {
		}

		@OnReceive
		Object receive(String text) {
			if (text.startsWith("text ")) {
				return "y".repeat(Integer.parseInt(text.substring(5)));
			}
			if (text.startsWith("binary ")) {
				return new byte[Integer.parseInt(text.substring(7))];
			}
			return String.valueOf(text.length());
		}

		@OnReceive
		String receive(byte[] bytes) {
			return String.valueOf(bytes.length);
		}

	}

}
