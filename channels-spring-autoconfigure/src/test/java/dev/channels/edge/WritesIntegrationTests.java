package dev.channels.edge;

import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.channels.CloseStatus;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is written while the client's network is full, and what when it ends then.
 */
class WritesIntegrationTests {

	/**
	 * More than the network's own buffers take.
	 */
	private static final int MANY = 4000;

	private static final String TEXT = "x".repeat(4000);

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Sender.class)
			.route("/ws", "sender", "connection.outbound-limit=50MB", "connection.ping-interval=0s")
			.route("/soon-cut", "sender", "connection.outbound-limit=50MB", "connection.ping-interval=0s",
					"connection.send-timeout=1s")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void allArrivesInOrderOnceTheClientReads() throws Exception {
		try (RawClient client = fill("/ws")) {
			for (int i = 0; i < MANY; i++) {
				assertThat(client.readText()).isEqualTo(i + TEXT);
			}
			assertThat(client.send("echo").readText()).isEqualTo("echo");
		}
	}

	@Test
	void aPingOfTheClientIsAnsweredBetweenFrames() throws Exception {
		try (RawClient client = fill("/ws")) {
			client.send(Frame.PING, true, new byte[] { 7 });
			int messages = 0;
			int pongs = 0;
			while (messages < MANY || pongs < 1) {
				Frame frame = client.readFrame();
				if (frame.opcode() == Frame.PONG) {
					assertThat(frame.payload()).containsExactly(7);
					pongs++;
				}
				else {
					assertThat(frame.text()).isEqualTo(messages + TEXT);
					messages++;
				}
			}
			assertThat(pongs).isEqualTo(1);
		}
	}

	@Test
	void theServersCloseComesAfterAllThatWaited() throws Exception {
		try (RawClient client = fill("/ws")) {
			server.channels().group("all").send("close", Map.of());
			for (int i = 0; i < MANY; i++) {
				assertThat(client.readText()).isEqualTo(i + TEXT);
			}
			Frame close = client.readFrame();
			assertThat(close.opcode()).isEqualTo(Frame.CLOSE);
			assertThat(close.closeCode()).isEqualTo(4000);
			client.sendClose(4000, "");
			assertThat(client.readsEnd()).isTrue();
		}
		assertEnded();
	}

	@Test
	void nothingFollowsTheAnswerToTheClientsClose() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws")) {
			Thread sender = new Thread(() -> {
				for (int i = 0; i < 2000; i++) {
					server.channels().group("all").send("text", Map.of("text", "m" + i));
				}
			});
			sender.start();
			assertThat(client.readText()).startsWith("m");
			client.sendClose(4001, "bye");
			assertThat(client.readClose().closeCode()).isEqualTo(4001);
			assertThat(client.bytesToEnd()).as("bytes after the close frame").isZero();
			sender.join(TimeUnit.SECONDS.toMillis(10));
		}
		assertEnded();
		assertThat(Sender.code).isEqualTo(4001);
	}

	@Test
	void theClientsCloseIsAnsweredOnceItHasRead() throws Exception {
		try (RawClient client = fill("/ws")) {
			client.sendClose(4002, "");
			Frame frame = client.readFrame();
			for (int i = 0; frame.opcode() == Frame.TEXT; i++) {
				assertThat(frame.text()).isEqualTo(i + TEXT);
				frame = client.readFrame();
			}
			assertThat(frame.opcode()).isEqualTo(Frame.CLOSE);
			assertThat(frame.closeCode()).isEqualTo(4002);
			assertThat(client.bytesToEnd()).isZero();
		}
		assertEnded();
		assertThat(Sender.code).isEqualTo(4002);
	}

	/**
	 * Whether it comes before, while or after the network is filled.
	 */
	@RepeatedTest(30)
	void aCloseOfTheClientIsAnsweredAtAnyTime(RepetitionInfo repetition) throws Exception {
		boolean empty = repetition.getCurrentRepetition() % 2 == 0;
		try (RawClient client = RawClient.open(server, "/ws")) {
			client.send("fill 400");
			LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(repetition.getCurrentRepetition() * 400));
			client.send(Frame.CLOSE, true, empty ? new byte[0] : Frame.closePayload(4003, "enough"));
			Frame frame = client.readFrame();
			for (int i = 0; frame.opcode() == Frame.TEXT; i++) {
				assertThat(frame.text()).isEqualTo(i + TEXT);
				frame = client.readFrame();
			}
			assertThat(frame.opcode()).isEqualTo(Frame.CLOSE);
			if (!empty) {
				assertThat(frame.closeCode()).isEqualTo(4003);
			}
			assertThat(client.bytesToEnd()).isZero();
		}
		Sender.filled.acquire();
		assertEnded();
	}

	@Test
	void aWriteThatIsStuckIsCutAndCounted() throws Exception {
		long before = server.drops(DropReason.CLOSED);
		try (RawClient client = fill("/soon-cut")) {
			assertEnded();
			assertThat(Sender.code).isEqualTo(1006);
			int whole = client.framesToEnd();
			assertThat(whole).isLessThan(MANY);
			// those which the network had taken in part are lost as well as counted
			await().atMost(20, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(server.drops(DropReason.CLOSED) - before).isBetween((long) MANY - whole,
						(long) MANY - whole + 64));
		}
	}

	@Test
	void aClientThatVanishesDuringAWriteEnds() throws Exception {
		RawClient client = fill("/ws");
		client.reset();
		assertEnded();
	}

	/**
	 * Open a client that does not read, and send it more than its network takes.
	 */
	private static RawClient fill(String path) throws Exception {
		RawClient client = RawClient.open(server, path);
		client.send("fill " + MANY);
		Sender.filled.acquire();
		return client;
	}

	private static void assertEnded() {
		await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(server.connections()).isZero());
	}

	@Consumer("sender")
	static class Sender {

		static final Semaphore filled = new Semaphore(0);

		static volatile int code;

		@OnConnect
		void connect(Connection connection) {
			connection.join("all");
		}

		@OnReceive
		String receive(String text, Connection connection) {
			if (!text.startsWith("fill ")) {
				return text;
			}
			int count = Integer.parseInt(text.substring(5));
			for (int i = 0; i < count; i++) {
				connection.send(i + TEXT);
			}
			filled.release();
			return null;
		}

		@OnEvent("text")
		String text(Map<String, Object> event) {
			return (String) event.get("text");
		}

		@OnEvent("close")
		void close(Connection connection) {
			connection.close(4000, "");
		}

		@OnDisconnect
		void disconnect(CloseStatus status) {
			code = status.code();
		}

	}

}
