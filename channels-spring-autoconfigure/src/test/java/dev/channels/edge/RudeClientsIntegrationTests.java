package dev.channels.edge;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnReceive;
import dev.channels.test.Flood;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that send what costs them nothing, and read nothing, hold no thread of the
 * server.
 */
class RudeClientsIntegrationTests {

	private static final int MANY = 250;

	private static final Duration LIMIT = Duration.ofSeconds(1);

	private static final int UNFINISHED = 500_000;

	private static final Duration FLOOD = Duration.ofMillis(Integer.getInteger("channels.test.flood-millis", 3000));

	private static TestServer server;

	private final HttpClient http = HttpClient.newHttpClient();

	@BeforeAll
	static void start() {
		server = TestServer.with(Echo.class, Page.class)
			.route("/ws", "echo", "connection.send-timeout=3s")
			.route("/unfinished", "echo", "connection.message-timeout=3s")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	/**
	 * A thread that is held delays pages each time; whoever else uses this machine comes
	 * and goes.
	 */
	@ParameterizedTest
	@EnumSource
	void floodsHoldNoThread(Kind kind) throws Exception {
		page();
		Duration longest = longestPageBeside(kind);
		for (int i = 0; i < 2 && longest.compareTo(LIMIT) >= 0; i++) {
			longest = longestPageBeside(kind);
		}
		assertThat(longest).isLessThan(LIMIT);
	}

	private Duration longestPageBeside(Kind kind) throws Exception {
		Duration longest = Duration.ZERO;
		try (Flood flood = new Flood(server, "/ws", MANY, kind.first(), kind.frames())) {
			long end = System.nanoTime() + FLOOD.toNanos();
			int pages = 0;
			do {
				Duration time = page();
				longest = (time.compareTo(longest) > 0) ? time : longest;
				pages++;
			}
			while (System.nanoTime() < end);
			System.out.println("Longest GET beside a flood of " + kind + ": " + longest.toMillis() + " ms of " + pages
					+ "; the flood was " + flood.sent() / 1024 / 1024 + " MB");
		}
		await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> assertThat(server.connections()).isZero());
		return longest;
	}

	@Test
	void unfinishedMessagesCostWhatHasComeAndEnd() throws Exception {
		page();
		long before = usedMemory();
		byte[] part = Frame.encode(Frame.TEXT, false, true, "x".repeat(UNFINISHED).getBytes());
		List<RawClient> clients = new ArrayList<>();
		try {
			for (int i = 0; i < MANY; i++) {
				clients.add(RawClient.open(server, "/unfinished").sendBytes(part));
			}
			Duration page = page();
			long used = usedMemory() - before;
			System.out.println(MANY + " unfinished messages of " + UNFINISHED / 1000 + " KB hold " + used / 1000 / 1000
					+ " MB, GET beside them: " + page.toMillis() + " ms");
			assertThat(page).isLessThan(Duration.ofSeconds(1));
			assertThat(used).isLessThan(3L * MANY * UNFINISHED);
			for (RawClient client : clients) {
				assertThat(client.readClose().closeCode()).isEqualTo(1008);
			}
		}
		finally {
			for (RawClient client : clients) {
				client.close();
			}
		}
		await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> assertThat(server.connections()).isZero());
		await().atMost(20, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(usedMemory() - before).isLessThan((long) MANY * UNFINISHED / 4));
	}

	private static long usedMemory() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	@Test
	void latestPingIsAnswered() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws")) {
			for (int i = 0; i < 50; i++) {
				byte[] payload = new byte[i];
				Arrays.fill(payload, (byte) i);
				client.send(Frame.PING, true, payload);
				Frame pong = client.readFrame();
				assertThat(pong.opcode()).isEqualTo(Frame.PONG);
				assertThat(pong.payload()).isEqualTo(payload);
			}
			for (int i = 0; i < 1000; i++) {
				client.send(Frame.PING, true, ByteBuffer.allocate(4).putInt(i).array());
			}
			client.send("after the pings");
			Frame frame = client.readFrame();
			int last = -1;
			while (frame.opcode() == Frame.PONG) {
				int number = ByteBuffer.wrap(frame.payload()).getInt();
				assertThat(number).isGreaterThan(last);
				last = number;
				frame = client.readFrame();
			}
			assertThat(last).isEqualTo(999);
			assertThat(frame.text()).isEqualTo("after the pings");
		}
	}

	@Test
	void pingsInsideAMessageAreAnswered() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws")) {
			client.send(Frame.TEXT, false, "in two ".getBytes());
			client.send(Frame.PING, true, "now".getBytes());
			assertThat(client.readFrame().payload()).isEqualTo("now".getBytes());
			client.send(Frame.CONTINUATION, true, "parts".getBytes());
			assertThat(client.readText()).isEqualTo("in two parts");
		}
	}

	private Duration page() throws IOException, InterruptedException {
		long start = System.nanoTime();
		HttpRequest request = HttpRequest.newBuilder(server.http("/page")).timeout(Duration.ofSeconds(20)).build();
		assertThat(this.http.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("page");
		return Duration.ofNanos(System.nanoTime() - start);
	}

	enum Kind {

		PINGS(Frame.PING, new byte[125]), PONGS(Frame.PONG, new byte[125]),
		EMPTY_FRAGMENTS(Frame.CONTINUATION, new byte[0]), EMPTY_TEXTS(Frame.TEXT, new byte[0]);

		private final int opcode;

		private final byte[] payload;

		Kind(int opcode, byte[] payload) {
			this.opcode = opcode;
			this.payload = payload;
		}

		byte[] first() {
			return (this == EMPTY_FRAGMENTS) ? Frame.encode(Frame.TEXT, false, true, new byte[1]) : new byte[0];
		}

		byte[] frames() {
			byte[] frame = Frame.encode(this.opcode, this != EMPTY_FRAGMENTS, true, this.payload);
			byte[] all = new byte[100 * frame.length];
			for (int i = 0; i < 100; i++) {
				System.arraycopy(frame, 0, all, i * frame.length, frame.length);
			}
			return all;
		}

	}

	@Consumer("echo")
	static class Echo {

		@OnConnect
		void connect(Connection connection) {
		}

		@OnReceive
		String receive(String text) {
			return text.isEmpty() ? null : text;
		}

	}

	@RestController
	static class Page {

		@GetMapping("/page")
		String page() {
			return "page";
		}

	}

}
