package dev.channels.edge;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pages of the same origin may connect, also from behind a proxy.
 */
@ExtendWith(OutputCaptureExtension.class)
class OriginIntegrationTests {

	@ParameterizedTest
	@ValueSource(strings = { "framework", "native" })
	void proxiesMaySayWhatTheyTerminate(String strategy) throws Exception {
		try (TestServer server = start(strategy)) {
			assertThat(status(server, "https://chat.example", "X-Forwarded-Proto: https")).isEqualTo(101);
			assertThat(status(server, "https://chat.example", "X-Forwarded-Proto: wss")).isEqualTo(101);
			assertThat(status(server, "https://chat.example", "X-Forwarded-Proto: wss", "X-Forwarded-Port: 443"))
				.isEqualTo(101);
			assertThat(status(server, "http://chat.example", "X-Forwarded-Proto: ws")).isEqualTo(101);
			assertThat(status(server, "http://chat.example", "X-Forwarded-Proto: http")).isEqualTo(101);
			assertThat(status(server, "https://other.example", "X-Forwarded-Proto: wss")).isEqualTo(403);
			assertThat(status(server, "http://chat.example", "X-Forwarded-Proto: wss")).isEqualTo(403);
			assertThat(status(server, "https://chat.example:444", "X-Forwarded-Proto: wss")).isEqualTo(403);
		}
	}

	@Test
	void withoutAStrategyTheHeadersSayNothing() throws Exception {
		try (TestServer server = start("none")) {
			assertThat(status(server, "https://chat.example", "X-Forwarded-Proto: wss")).isEqualTo(403);
			assertThat(status(server, "https://chat.example", "X-Forwarded-Proto: https")).isEqualTo(403);
			assertThat(status(server, "http://chat.example")).isEqualTo(101);
			assertThat(status(server, "http://CHAT.example:80")).isEqualTo(101);
		}
	}

	@Test
	void refusalIsToldOnceWithTheSettingsThatHelp(CapturedOutput output) throws Exception {
		try (TestServer server = start("none")) {
			for (int i = 0; i < 5; i++) {
				assertThat(status(server, "https://chat.example")).isEqualTo(403);
			}
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("refused with 403"))).singleElement()
			.asString()
			.contains("A handshake for /ws was refused with 403: it comes from a page of 'https://chat.example', and "
					+ "pages of this server are of 'http://chat.example'. If both are the same place behind a proxy, "
					+ "let the proxy send X-Forwarded-Proto and X-Forwarded-Host and set "
					+ "server.forward-headers-strategy=framework (or native); pages of other places are allowed by "
					+ "channels.routes[].allowed-origins");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://[", "http://a b", "http://x:99999999", "http://chat.example@evil.example",
			"https://%0d%0aevil" })
	void originThatCannotBeReadIsForeign(String origin, CapturedOutput output) throws Exception {
		try (TestServer server = start("none")) {
			assertThat(status(server, origin)).isEqualTo(403);
		}
		assertThat(output.getAll()).doesNotContain("\tat ").doesNotContain(" ERROR ");
	}

	@Test
	void originIsEscapedAndCut(CapturedOutput output) throws Exception {
		try (TestServer server = start("none")) {
			assertThat(status(server, "http://evil\u00e9" + "x".repeat(1000))).isEqualTo(403);
		}
		assertThat(output.getAll()).contains("http://evil?xxx").doesNotContain("x".repeat(101));
	}

	private static TestServer start(String strategy) {
		return TestServer.with(Door.class)
			.route("/ws", "door")
			.property("server.forward-headers-strategy=" + strategy)
			.start();
	}

	private static int status(TestServer server, String origin, String... headers) throws Exception {
		StringBuilder request = new StringBuilder("GET /ws HTTP/1.1\r\nHost: chat.example");
		for (String header : headers) {
			request.append("\r\n").append(header);
		}
		try (RawClient client = RawClient.http(server, request.toString(), "Upgrade: websocket", "Connection: Upgrade",
				"Sec-WebSocket-Key: " + RawClient.KEY, "Sec-WebSocket-Version: 13", "Origin: " + origin)) {
			return client.status();
		}
	}

	@Consumer("door")
	static class Door {

		@OnConnect
		void connect(Connection connection) {
		}

	}

}
