package dev.channels.promises;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Promise 10: safe by default.
 */
@ExtendWith(OutputCaptureExtension.class)
class Promise10SafetyIntegrationTests {

	private static TestServer server;

	private final HttpClient http = HttpClient.newHttpClient();

	@BeforeAll
	static void start() {
		server = TestServer.with(Guarded.class)
			.route("/ws/guarded/{id:[a-z]+}", "guarded")
			.route("/ws/open/{id}", "guarded", "allowed-origins=https://friend.example,https://*.friends.example")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void clear() {
		Guarded.created.set(0);
	}

	@Test
	void plainGetIs426() throws Exception {
		HttpResponse<String> response = send(HttpRequest.newBuilder(server.http("/ws/guarded/a")).GET());
		assertThat(response.statusCode()).isEqualTo(426);
		assertThat(response.headers().firstValue("Upgrade")).contains("websocket");
		assertNoUserCode();
	}

	@Test
	void headIs426() throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(server.http("/ws/guarded/a"))
			.method("HEAD", HttpRequest.BodyPublishers.noBody());
		assertThat(send(request).statusCode()).isEqualTo(426);
		assertNoUserCode();
	}

	@Test
	void postIs405() throws Exception {
		HttpResponse<String> response = send(
				HttpRequest.newBuilder(server.http("/ws/guarded/a")).POST(HttpRequest.BodyPublishers.ofString("{}")));
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).contains("GET");
		assertNoUserCode();
	}

	@Test
	void postThatAsksForAnUpgradeIs405() throws Exception {
		try (RawClient client = RawClient.http(server, "POST /ws/guarded/a HTTP/1.1",
				"Host: localhost:" + server.port(), "Content-Length: 0", "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Key: " + RawClient.KEY, "Sec-WebSocket-Version: 13")) {
			assertThat(client.status()).isEqualTo(405);
		}
		assertNoUserCode();
	}

	@Test
	void wrongVersionIs426() throws Exception {
		try (RawClient client = RawClient.http(server, "GET /ws/guarded/a HTTP/1.1", "Host: localhost:" + server.port(),
				"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: " + RawClient.KEY,
				"Sec-WebSocket-Version: 12")) {
			assertThat(client.status()).isEqualTo(426);
			assertThat(client.header("Sec-WebSocket-Version")).isEqualTo("13");
		}
		assertNoUserCode();
	}

	@Test
	void missingKeyIs400() throws Exception {
		try (RawClient client = RawClient.http(server, "GET /ws/guarded/a HTTP/1.1", "Host: localhost:" + server.port(),
				"Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")) {
			assertThat(client.status()).isEqualTo(400);
		}
		assertNoUserCode();
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://evil.example", "null", "http://localhost:1", "file://" })
	void foreignOriginIs403(String origin) throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/guarded/a", "Origin: " + origin)) {
			assertThat(client.status()).isEqualTo(403);
		}
		assertNoUserCode();
	}

	@Test
	void sameOriginAndNoOriginAreAllowed() throws Exception {
		RawClient.open(server, "/ws/guarded/a").close();
		RawClient.open(server, "/ws/guarded/a", "Origin: http://localhost:" + server.port()).close();
	}

	@Test
	void allowedOriginsOfTheRouteAreAllowed() throws Exception {
		RawClient.open(server, "/ws/open/a", "Origin: https://friend.example").close();
		RawClient.open(server, "/ws/open/a", "Origin: https://a.friends.example").close();
		RawClient.open(server, "/ws/open/a", "Origin: http://localhost:" + server.port()).close();
		try (RawClient client = RawClient.request(server, "/ws/open/a", "Origin: https://friends.example.evil")) {
			assertThat(client.status()).isEqualTo(403);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/nope", "/ws/guarded", "/ws/guarded/", "/ws/guarded/a/b", "/ws/guarded/A", "/" })
	void unknownPathIs404(String path) throws Exception {
		try (RawClient client = RawClient.request(server, path)) {
			assertThat(client.status()).isEqualTo(404);
		}
		assertThat(send(HttpRequest.newBuilder(URI.create(server.http("/") + path.substring(1)))).statusCode())
			.isEqualTo(404);
		assertNoUserCode();
	}

	@ParameterizedTest
	@ValueSource(strings = { "?a=%", "?a=%zz", "?%=%" })
	void queryThatCannotBeDecodedIsNo500(String query) throws Exception {
		try (RawClient client = RawClient.request(server, "/ws/guarded/a" + query)) {
			assertThat(client.status()).isIn(400, 101);
		}
	}

	@Test
	void compressionIsOff() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/guarded/a",
				"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits")) {
			assertThat(client.header("Sec-WebSocket-Extensions")).isNull();
			assertThat(client.send("hello hello hello").readText()).isEqualTo("hello hello hello");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "close", "secret", "websocket.receive", "receive", "toString", "hashCode", "connect" })
	void onlyAnnotatedMethodsAreReachable(String type) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/guarded/a")) {
			server.channels().group("guarded").send(type, Map.of());
			server.channels().group("guarded").send("known", Map.of());
			assertThat(client.readText()).isEqualTo("known");
		}
	}

	@Test
	void payloadsStayOutOfTheLog(CapturedOutput output) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/guarded/a?token=hidden-1", "Cookie: session=hidden-2")) {
			client.send("fail hidden-3").readClose();
		}
		assertThat(output.getAll()).contains("The message handler of connection").doesNotContain("hidden");
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
	}

	private static void assertNoUserCode() {
		assertThat(Guarded.created.get()).isZero();
	}

	@Consumer(name = "guarded", groups = "guarded")
	static class Guarded {

		static final AtomicInteger created = new AtomicInteger();

		Guarded() {
			created.incrementAndGet();
		}

		@OnConnect
		void connect(Connection connection) {
		}

		@OnReceive
		String receive(String text) {
			if (text.startsWith("fail")) {
				throw new IllegalStateException("expected by the test");
			}
			return text;
		}

		@OnEvent("known")
		String known() {
			return "known";
		}

		String secret() {
			return "reached";
		}

	}

}
