package dev.channels.promises;

import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 2: disconnect always runs, exactly once.
 */
class Promise2DisconnectIntegrationTests {

	private static final Map<String, Queue<String>> logs = new ConcurrentHashMap<>();

	private static final CountDownLatch resetDone = new CountDownLatch(1);

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Guest.class)
			.route("/ws/{name}", "guest", "connection.outbound-limit=64KB", "connection.send-timeout=2s")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void clientCloses() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/closes")) {
			client.sendClose(4321, "enough");
			Frame reply = client.readClose();
			assertThat(reply.closeCode()).isEqualTo(4321);
			assertThat(client.readsEnd()).isTrue();
		}
		assertEnded("closes", "disconnect 4321 enough");
	}

	@Test
	void clientClosesWithoutCode() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/no-code")) {
			client.send(Frame.CLOSE, true, new byte[0]);
			client.readClose();
		}
		// Tomcat does not tell a close without a code from one with 1000
		assertEnded("no-code", server.serverName().equals("tomcat") ? "disconnect 1000" : "disconnect 1005");
	}

	@Test
	void clientVanishes() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/vanishes")) {
			client.send("hi").readText();
		}
		assertEnded("vanishes", "disconnect 1006");
	}

	@Test
	void clientResets() throws Exception {
		RawClient client = RawClient.open(server, "/ws/resets");
		client.send("hi").readText();
		client.reset();
		assertEnded("resets", "disconnect 1006");
	}

	@Test
	void serverCloses() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/server-closes")) {
			client.send("close");
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(3999);
			assertThat(close.closeReason()).isEqualTo("grüße");
			assertEnded("server-closes", "disconnect 3999 grüße");
			client.send(Frame.CLOSE, true, close.payload());
			assertThat(client.readsEnd()).isTrue();
		}
	}

	@Test
	void serverClosesClientThatDoesNotAnswer() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/rude")) {
			client.send("close").readClose();
			assertEnded("rude", "disconnect 3999 grüße");
			// Tomcat looks every 10 s
			assertThat(client.timeout(20_000).readsEnd()).isTrue();
		}
	}

	@Test
	void handlerFails() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/fails")) {
			assertThat(client.send("fail").readClose().closeCode()).isEqualTo(1011);
		}
		assertEnded("fails", "disconnect 1011");
	}

	@Test
	void clientReadsTooSlowly() throws Exception {
		try (RawClient client = RawClient.openDeaf(server, "/ws/slow")) {
			client.send("flood");
			assertEnded("slow", "disconnect 1013 slow consumer");
		}
	}

	@Test
	void clientResetsDuringConnect() throws Exception {
		RawClient client = RawClient.requestOnly(server, "/ws/early");
		await().until(() -> logs.containsKey("early"));
		client.reset();
		resetDone.countDown();
		await().atMost(20, TimeUnit.SECONDS).until(() -> logs.get("early").contains("destroyed"));
		assertEnded("early", "disconnect 1006");
	}

	@Test
	void aHandshakeThatCannotBeUpgradedReachesNoUserCode() throws Exception {
		try (RawClient client = RawClient.http(server, "GET /ws/bad-key HTTP/1.1", "Host: localhost:" + server.port(),
				"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
				"Sec-WebSocket-Key: not-a-key")) {
			assertThat(client.status()).isEqualTo(400);
		}
		assertThat(logs).doesNotContainKey("bad-key");
	}

	@Test
	void applicationStops() throws Exception {
		TestServer other = TestServer.with(Guest.class).route("/ws/{name}", "guest").start();
		try (RawClient client = RawClient.open(other, "/ws/shutdown")) {
			client.send("hi").readText();
			Thread stopper = new Thread(other::close);
			stopper.start();
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(1001);
			assertThat(close.closeReason()).isEqualTo("server is shutting down");
			client.send(Frame.CLOSE, true, close.payload());
			stopper.join(20_000);
			assertThat(stopper.isAlive()).isFalse();
		}
		assertThat(logs.get("shutdown")).containsExactly("connect", "disconnect 1001 server is shutting down",
				"destroyed");
	}

	@Test
	void messageBeforeCloseIsStillHandled() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/last-words")) {
			client.send("remember").sendClose(1000, "");
			client.readClose();
		}
		await().untilAsserted(() -> assertThat(logs.get("last-words")).containsExactly("connect", "remembered",
				"disconnect 1000", "destroyed"));
	}

	private static void assertEnded(String name, String disconnect) {
		await().untilAsserted(() -> assertThat(logs.get(name)).last().isEqualTo("destroyed"));
		assertThat(logs.get(name)).hasSize(3).first().isEqualTo("connect");
		assertThat(logs.get(name)).element(1).asString().startsWith(disconnect);
		assertThat(server.channels().group("everybody").members(null, 1000).toCompletableFuture().join().channelNames())
			.doesNotContain(Guest.channelNames.get(name));
	}

	@Consumer(name = "guest", groups = { "everybody", "only_{name}" })
	static class Guest {

		static final Map<String, String> channelNames = new ConcurrentHashMap<>();

		private Queue<String> log = new ConcurrentLinkedQueue<>();

		@OnConnect
		void connect(Connection connection, @PathVariable String name) throws InterruptedException {
			channelNames.put(name, connection.channelName());
			this.log = logs.computeIfAbsent(name, (key) -> new ConcurrentLinkedQueue<>());
			this.log.add("connect");
			if (name.equals("early")) {
				resetDone.await(10, TimeUnit.SECONDS);
			}
		}

		@OnReceive
		String receive(String text, Connection connection) {
			switch (text) {
				case "close" -> connection.close(3999, "grüße");
				case "fail" -> throw new UnsupportedOperationException("expected by the test");
				case "flood" -> {
					for (int i = 0; i < 10_000 && connection.isOpen(); i++) {
						connection.send("x".repeat(1000));
					}
				}
				case "remember" -> this.log.add("remembered");
				default -> {
					return "echo " + text;
				}
			}
			return null;
		}

		@OnEvent("unused")
		void unused() {
		}

		@OnDisconnect
		void disconnect(CloseStatus status, Connection connection) {
			this.log
				.add("disconnect " + status.getCode() + ((status.getReason() != null) ? " " + status.getReason() : ""));
			assertThat(connection.groups()).isEmpty();
		}

		@PreDestroy
		void destroy() {
			this.log.add("destroyed");
		}

	}

}
