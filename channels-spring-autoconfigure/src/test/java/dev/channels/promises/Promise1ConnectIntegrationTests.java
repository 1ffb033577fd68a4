package dev.channels.promises;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.ConnectionRejectedException;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.socket.CloseStatus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Promise 1: connect happens before the upgrade.
 */
class Promise1ConnectIntegrationTests {

	private static final Queue<String> log = new ConcurrentLinkedQueue<>();

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Door.class, Facts.class)
			.route("/ws/door/{what}", "door", "subprotocols=v1,V2", "connection.connect-timeout=500ms")
			.route("/ws/facts/{id}", "facts")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void clear() {
		log.clear();
	}

	@Test
	void returningAccepts() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/return")) {
			assertThat(client.send("hi").readText()).isEqualTo("echo hi");
		}
	}

	@Test
	void matchesWithTrailingSlash() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/return/")) {
			assertThat(client.send("hi").readText()).isEqualTo("echo hi");
		}
	}

	@Test
	void awaitsReturnedStage() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/stage")) {
			assertThat(client.readText()).isEqualTo("from the stage");
		}
	}

	@Test
	void answers503WhenStageDoesNotComplete() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/door/never")) {
			assertThat(client.status()).isEqualTo(503);
		}
		assertNothingRemains();
	}

	@Test
	void rejectAnswersStatusAndHeaders() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/door/reject")) {
			assertThat(client.status()).isEqualTo(429);
			assertThat(client.header("Retry-After")).isEqualTo("7");
		}
		assertNothingRemains();
	}

	@Test
	void exceptionAnswersItsStatus() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/door/throw-rejected")) {
			assertThat(client.status()).isEqualTo(404);
		}
		assertNothingRemains();
	}

	@Test
	void anyOtherExceptionAnswers500() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/door/throw")) {
			assertThat(client.status()).isEqualTo(500);
		}
		assertNothingRemains();
	}

	@Test
	void illegalGroupNameOfClientAnswers400() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/door/bad%20group")) {
			assertThat(client.status()).isEqualTo(400);
		}
		assertNothingRemains();
	}

	@Test
	void sendsInConnectArriveInOrderRightAfterAccept() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/send")) {
			for (int i = 0; i < 100; i++) {
				assertThat(client.readText()).isEqualTo("early " + i);
			}
		}
	}

	@Test
	void joinsHaveTakenEffectAndEventsWaitInTheMailbox() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/join-and-send")) {
			assertThat(client.readText()).isEqualTo("early");
			assertThat(client.readText()).isEqualTo("event while-connecting");
			server.channels().group("joined").send("note", Map.of("text", "after the 101"));
			assertThat(client.readText()).isEqualTo("event after the 101");
		}
	}

	@RepeatedTest(20)
	void closeInConnectAcceptsFirst() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/close")) {
			assertThat(client.readText()).isEqualTo("bye");
			Frame close = client.readClose();
			assertThat(close.closeCode()).isEqualTo(4001);
			assertThat(close.closeReason()).isEqualTo("no room for you");
		}
		await().untilAsserted(() -> assertThat(log).contains("connect close", "disconnect close 4001"));
	}

	@Test
	void agreesOnFirstSubprotocolOfClientThatRouteSupports() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/return", "Sec-WebSocket-Protocol: v0, V2, v1")) {
			assertThat(client.header("Sec-WebSocket-Protocol")).isEqualTo("V2");
		}
	}

	@Test
	void answersNoSubprotocolWhenNoneIsSupported() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/return", "Sec-WebSocket-Protocol: v0")) {
			assertThat(client.header("Sec-WebSocket-Protocol")).isNull();
		}
	}

	@Test
	void acceptChoosesSubprotocolAndAddsHeaders() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/accept", "Sec-WebSocket-Protocol: v1, chosen")) {
			assertThat(client.header("Sec-WebSocket-Protocol")).isEqualTo("chosen");
			assertThat(client.header("X-Node")).isEqualTo("seven");
			assertThat(client.readText()).isEqualTo("chosen");
		}
	}

	@Test
	void decisionsAreMadeOnce() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/door/twice")) {
			assertThat(client.readText()).isEqualTo("checked");
		}
	}

	@Test
	void connectionKnowsTheFactsOfTheHandshake() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/facts/7?name=a%20b&name=c&flag=", "X-Trace: t1",
				"Cookie: theme=dark; theme=light; other=1", "Sec-WebSocket-Protocol: a, b")) {
			assertThat(client.readText())
				.isEqualTo("7 [a b, c] t1 dark /ws/facts/7 [a, b] none 127.0.0.1 anonymous default");
		}
	}

	@Test
	void parameterThatCannotBeConvertedAnswers400() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/facts/seven?name=x", "X-Trace: t1")) {
			assertThat(client.status()).isEqualTo(400);
		}
	}

	@Test
	void parameterThatIsMissingAnswers400() throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/facts/7?name=x")) {
			assertThat(client.status()).isEqualTo(400);
		}
	}

	private static void assertNothingRemains() {
		await().untilAsserted(() -> assertThat(server.connections()).isZero());
		assertThat(log).filteredOn((line) -> line.startsWith("disconnect"))
			.noneMatch((line) -> log.contains(line.replaceAll("dis(connect .*) .*", "$1")));
		assertThat(server.channels().group("joined").size().toCompletableFuture()).isCompletedWithValue(0L);
	}

	@Consumer("door")
	static class Door {

		private final Channels channels;

		Door(Channels channels) {
			this.channels = channels;
		}

		@OnConnect
		CompletionStage<String> connect(Connection connection, @PathVariable String what) {
			log.add("connect " + what);
			switch (what) {
				case "stage" -> {
					return CompletableFuture.supplyAsync(() -> "from the stage");
				}
				case "never" -> {
					connection.join("joined");
					return new CompletableFuture<>();
				}
				case "reject" -> {
					connection.join("joined");
					HttpHeaders headers = new HttpHeaders();
					headers.set("Retry-After", "7");
					connection.reject(429, headers);
				}
				case "throw-rejected" -> {
					connection.join("joined");
					throw new ConnectionRejectedException(404);
				}
				case "throw" -> {
					connection.join("joined");
					throw new UnsupportedOperationException("expected by the test");
				}
				case "bad group" -> connection.join(what);
				case "send" -> {
					for (int i = 0; i < 100; i++) {
						connection.send("early " + i);
					}
				}
				case "join-and-send" -> {
					connection.join("joined");
					this.channels.group("joined").send(Event.of("note", Map.of("text", "while-connecting")));
					connection.send("early");
				}
				case "close" -> {
					connection.send("bye");
					connection.close(4001, "no room for you");
					connection.close(4002, "ignored");
				}
				case "accept" -> {
					HttpHeaders headers = new HttpHeaders();
					headers.set("X-Node", "seven");
					connection.accept("chosen", headers);
					connection.send(String.valueOf(connection.subprotocol()));
				}
				case "twice" -> decideTwice(connection);
				default -> {
				}
			}
			return null;
		}

		private static void decideTwice(Connection connection) {
			assertThatIllegalArgumentException().isThrownBy(() -> connection.accept("v9", HttpHeaders.EMPTY))
				.withMessage(
						"The client did not offer the subprotocol 'v9': use one of connection.offeredSubprotocols()");
			assertThatIllegalArgumentException().isThrownBy(() -> connection.reject(200))
				.withMessage("A connection is rejected with a status from 400 to 599, not 200");
			assertThatIllegalArgumentException().isThrownBy(() -> connection.close(1005))
				.withMessageStartingWith("A server cannot close with code 1005");
			connection.accept();
			assertThatIllegalStateException().isThrownBy(connection::accept)
				.withMessageStartingWith("Cannot accept the connection: it was accepted before");
			assertThatIllegalStateException().isThrownBy(() -> connection.reject(403))
				.withMessageStartingWith("Cannot reject the connection: it was accepted before");
			connection.send("checked");
		}

		@OnReceive
		String receive(String text) {
			return "echo " + text;
		}

		@OnEvent("note")
		String note(Map<String, Object> note) {
			return "event " + note.get("text");
		}

		@OnDisconnect
		void disconnect(CloseStatus status, @PathVariable String what) {
			log.add("disconnect " + what + " " + status.getCode());
		}

	}

	@Consumer("facts")
	static class Facts {

		@OnConnect
		String connect(Connection connection, @PathVariable int id, @RequestParam List<String> name,
				@RequestHeader("X-Trace") String trace, @CookieValue String theme,
				@RequestParam(defaultValue = "default") String flag) {
			return id + " " + name + " " + trace + " " + theme + " " + connection.uri().getPath() + " "
					+ connection.offeredSubprotocols() + " "
					+ ((connection.subprotocol() != null) ? connection.subprotocol() : "none") + " "
					+ connection.remoteAddress().getAddress().getHostAddress() + " "
					+ ((connection.principal() != null) ? "known" : "anonymous") + " " + flag;
		}

	}

}
