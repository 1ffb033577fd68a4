package dev.channels.lifecycle;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.ClientPool;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Pings, deadlines and closes, also under load.
 */
@ExtendWith(OutputCaptureExtension.class)
class LifecycleIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Guest.class)
			.route("/ws/pings", "guest", "connection.ping-interval=100ms", "connection.pong-timeout=300ms")
			.route("/ws/busy", "guest", "connection.ping-interval=50ms", "connection.pong-timeout=100ms")
			.route("/ws/idle", "guest", "connection.idle-timeout=300ms")
			.route("/ws/old", "guest", "connection.max-lifetime=300ms")
			.route("/ws/load", "guest", "connection.outbound-limit=16MB")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void serverPingsAndAnAnsweringClientLives() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/pings?name=answers")) {
			for (int i = 0; i < 10; i++) {
				Frame ping = client.readFrame();
				assertThat(ping.opcode()).isEqualTo(Frame.PING);
				client.send(Frame.PONG, true, ping.payload());
			}
			assertThat(client.send("hi").readText()).isEqualTo("hi");
		}
	}

	@Test
	void clientThatDoesNotAnswerPingsIsLost() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/pings?name=half-open")) {
			assertThat(client.readFrame().opcode()).isEqualTo(Frame.PING);
			await().untilAsserted(() -> assertThat(Guest.log("half-open")).containsExactly("1006"));
			assertThat(client.readsEnd()).isTrue();
		}
	}

	@Test
	void handlerThatTakesLongerThanThePongTimeoutIsNoReasonToCut() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/busy?name=busy")) {
			client.send("slow 600").send("a").send("b");
			List<String> texts = new ArrayList<>();
			while (texts.size() < 3) {
				Frame frame = client.readFrame();
				if (frame.opcode() == Frame.PING) {
					client.send(Frame.PONG, true, frame.payload());
				}
				else {
					texts.add(frame.text());
				}
			}
			assertThat(texts).containsExactly("slow 600", "a", "b");
		}
	}

	@Test
	void idleConnectionIsClosed() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/idle?name=idle")) {
			long start = System.nanoTime();
			client.send("hi").readText();
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(1000);
			assertThat(close.closeReason()).isEqualTo("idle");
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		}
	}

	@Test
	void oldConnectionIsClosed() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/old?name=old")) {
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(1001);
			assertThat(close.closeReason()).isEqualTo("maximum lifetime reached");
		}
	}

	@Test
	void everyCallOnAClosedConnectionHasOneBehaviour() throws Exception {
		// what still goes to the connections of another test is dropped, too
		awaitNobody();
		try (RawClient client = RawClient.open(server, "/ws/load?name=closed")) {
			long before = server.drops(DropReason.CLOSED);
			client.send("misuse");
			assertThat(client.readText()).isEqualTo("last words");
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(4000);
			assertThat(close.closeReason()).as("cut to 123 bytes").isEqualTo("ü".repeat(61));
			await().untilAsserted(() -> assertThat(Guest.log("closed")).contains("misused", "4000"));
			assertThat(server.drops(DropReason.CLOSED)).isEqualTo(before + 1);
		}
	}

	@Test
	void closeOfTheServerUnderLoadArrivesWithItsCode() throws Exception {
		int rounds = 100;
		try (ClientPool others = new ClientPool()) {
			for (int i = 0; i < 20; i++) {
				others.open(server, "/ws/load?name=other", (client, text) -> {
				});
			}
			try (Load load = new Load()) {
				for (int i = 0; i < rounds; i++) {
					try (RawClient client = RawClient.open(server, "/ws/load?name=under-load")) {
						client.readText();
						client.send("close " + (4000 + i));
						Frame close = client.readClose();
						assertThat(close.closeCode()).isEqualTo(4000 + i);
						assertThat(close.closeReason()).isEqualTo("asked for");
					}
				}
			}
		}
	}

	@Test
	void closeOfTheClientUnderLoadIsAnswered() throws Exception {
		int rounds = 100;
		try (Load load = new Load()) {
			for (int i = 0; i < rounds; i++) {
				try (RawClient client = RawClient.open(server, "/ws/load?name=leaves")) {
					client.readText();
					client.sendClose(3000 + i, "");
					assertThat(client.readClose().closeCode()).isEqualTo(3000 + i);
				}
			}
		}
	}

	@Test
	void connectsAndDisconnectsLeaveNothingBehind(CapturedOutput output) throws Exception {
		churn(200);
		awaitNobody();
		System.gc();
		int threads = Thread.activeCount();
		long heap = usedHeap();
		churn(2000);
		awaitNobody();
		assertThat(server.channels().group("everybody").size().toCompletableFuture()).isCompletedWithValue(0L);
		// Tomcat's own background threads end a second after its last session
		await().atMost(20, TimeUnit.SECONDS).until(() -> Thread.activeCount() < threads + 10);
		await().atMost(20, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(usedHeap()).isLessThan(heap + 16L * 1024 * 1024));
		assertThat(output.getAll()).doesNotContain("ERROR").doesNotContain("\tat ");
	}

	private static void churn(int connections) throws IOException {
		for (int i = 0; i < connections; i++) {
			RawClient client = RawClient.open(server, "/ws/load?name=churn");
			switch (i % 4) {
				case 0 -> {
					client.send("hi").sendClose(1000, "");
					client.close();
				}
				case 1 -> client.reset();
				case 2 -> {
					client.send("hi");
					client.reset();
				}
				default -> client.close();
			}
		}
	}

	private static void awaitNobody() {
		await().atMost(20, TimeUnit.SECONDS).until(() -> server.connections() == 0);
	}

	private static long usedHeap() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	/**
	 * Sends to everybody as fast as a few threads can.
	 */
	private static final class Load implements AutoCloseable {

		private final AtomicBoolean done = new AtomicBoolean();

		private final List<Thread> threads = new ArrayList<>();

		Load() {
			for (int i = 0; i < 2; i++) {
				Thread thread = new Thread(() -> {
					while (!this.done.get()) {
						server.channels().group("everybody").send("load", Map.of("text", "z".repeat(200)));
						Thread.yield();
					}
				});
				this.threads.add(thread);
				thread.start();
			}
		}

		@Override
		public void close() throws InterruptedException {
			this.done.set(true);
			for (Thread thread : this.threads) {
				thread.join(5000);
			}
		}

	}

	@Consumer(name = "guest", groups = "everybody")
	static class Guest {

		private static final Map<String, Queue<String>> logs = new ConcurrentHashMap<>();

		private String name;

		static Queue<String> log(String name) {
			return logs.computeIfAbsent(name, (key) -> new ConcurrentLinkedQueue<>());
		}

		@OnConnect
		void connect(@RequestParam String name) {
			this.name = name;
		}

		@OnReceive
		String receive(String text, Connection connection) throws InterruptedException {
			if (text.startsWith("close ")) {
				connection.close(Integer.parseInt(text.substring(6)), "asked for");
				return null;
			}
			if (text.startsWith("slow ")) {
				TimeUnit.MILLISECONDS.sleep(Long.parseLong(text.substring(5)));
			}
			if (text.equals("misuse")) {
				misuse(connection);
				return null;
			}
			return text;
		}

		private void misuse(Connection connection) {
			for (int code : new int[] { 0, 999, 1004, 1005, 1006, 1010, 1015, 1016, 2999, 5000 }) {
				assertThatIllegalArgumentException().isThrownBy(() -> connection.close(code))
					.withMessage("A server cannot close with code " + code
							+ ": use 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999");
			}
			assertThat(connection.isOpen()).isTrue();
			connection.send("last words");
			connection.close(4000, "ü".repeat(62));
			assertThat(connection.isOpen()).isFalse();
			connection.close(4001);
			connection.send("too late");
			connection.leave("everybody");
			assertThatIllegalStateException().isThrownBy(connection::accept);
			log(this.name).add("misused");
		}

		@OnEvent("load")
		String load(Map<String, Object> event) {
			return (String) event.get("text");
		}

		@OnDisconnect
		void disconnect(CloseStatus status, Connection connection) {
			connection.join("everybody");
			log(this.name).add("" + status.getCode());
		}

	}

}
