package dev.channels.edge;

import java.net.InetSocketAddress;
import java.util.Enumeration;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What a client gets wrong in a handshake is answered 400, what the server gets wrong
 * 500; neither fills the log.
 */
@ExtendWith(OutputCaptureExtension.class)
class HandshakeFaultsIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Door.class, Web.class)
			.route("/ws/{what}", "door")
			.property("server.forward-headers-strategy=framework")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@BeforeEach
	void clear() {
		Door.created.set(0);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "x", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=a", "dGhlIHNhbXBsZSBub25jZ!==",
			"dGhlIHNhbXBsZSBub25jZSA=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" })
	void malformedKeyIs400BeforeUserCode(String key) throws Exception {
		assertThat(status("/ws/a", "Sec-WebSocket-Key: " + key)).isEqualTo(400);
		assertThat(Door.created.get()).isZero();
	}

	@ParameterizedTest
	@ValueSource(strings = { "Sec-WebSocket-Extensions: ;;;=,\"", "Sec-WebSocket-Extensions: a;b=;c",
			"Sec-WebSocket-Extensions: ,", "Sec-WebSocket-Protocol: ,,\"", "Sec-WebSocket-Protocol: a\"b",
			"Cookie: ;;=;\"", "X-Forwarded-For: ,", "X-Forwarded-Host: [", "X-Forwarded-Proto: :/",
			"X-Forwarded-Port: x", "Forwarded: for=\"", "Forwarded: host=[;proto=" })
	void oddHeadersAreNoError(String header, CapturedOutput output) throws Exception {
		assertThat(status("/ws/a", "Sec-WebSocket-Key: " + RawClient.KEY, header)).isIn(101, 400);
		assertThat(output.getAll()).doesNotContain("\tat dev.channels");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/a?x=%", "/ws/a?x=%zz&y=%0a", "/ws/a%0A2026-11-28%20ERROR%20forged",
			"/ws/%E2%80%A8ERROR", "/ws/a;b=%0d%0aERROR", "/ws/%1b[31m" })
	void nothingForgesALineOfTheLog(String path, CapturedOutput output) throws Exception {
		status(path, "Sec-WebSocket-Key: x");
		status(path, "Sec-WebSocket-Key: " + RawClient.KEY, "Origin: http://evil.example");
		assertThat(status(path, "Sec-WebSocket-Key: " + RawClient.KEY)).isIn(101, 400);
		assertThat(output.getAll().lines()).noneMatch((line) -> line.startsWith("2026-11-28 ERROR"))
			.noneMatch((line) -> line.startsWith("ERROR"));
		assertThat(output.getAll()).doesNotContain("\u001b[31m").doesNotContain("\u2028");
	}

	@Test
	void brokenSessionStoreOrUpgradeIs500AndToldOnce(CapturedOutput output) throws Exception {
		for (int i = 0; i < 3; i++) {
			assertThat(status("/ws/a", "Sec-WebSocket-Key: " + RawClient.KEY, "X-Break: session")).isEqualTo(500);
		}
		assertThat(Door.created.get()).isZero();
		assertThat(status("/ws/a", "Sec-WebSocket-Key: " + RawClient.KEY, "X-Break: upgrade")).isEqualTo(500);
		await().untilAsserted(() -> assertThat(server.connections()).isZero());
		assertThat(output.getAll().split("A handshake for /ws/a failed, and was answered 500", -1)).hasSize(2);
		assertThat(output.getAll().split("expected by the test", -1)).hasSize(2);
	}

	@Test
	void namesOfPeersAreNotLookedUp() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/a", "X-Forwarded-For: some.host.example")) {
			assertThat(client.readText()).isEqualTo("some.host.example unresolved");
		}
		try (RawClient client = RawClient.open(server, "/ws/a", "X-Forwarded-For: 192.0.2.7")) {
			assertThat(client.readText()).isEqualTo("192.0.2.7 resolved");
		}
		try (RawClient client = RawClient.open(server, "/ws/a", "X-Forwarded-For: 2001:db8::1")) {
			assertThat(client.readText()).isEqualTo("2001:db8:0:0:0:0:0:1 resolved");
		}
		try (RawClient client = RawClient.open(server, "/ws/a")) {
			assertThat(client.readText()).isEqualTo("127.0.0.1 resolved");
		}
	}

	@Test
	void interceptorsOfMvcRefuseHandshakes() throws Exception {
		assertThat(status("/ws/a", "Sec-WebSocket-Key: " + RawClient.KEY, "X-Token: none")).isEqualTo(401);
		assertThat(Door.created.get()).isZero();
		try (RawClient client = RawClient.http(server, "GET /ws/a HTTP/1.1", "Host: localhost", "X-Token: none")) {
			assertThat(client.status()).isEqualTo(401);
		}
	}

	private static int status(String path, String... headers) throws Exception {
		String[] lines = new String[5 + headers.length];
		lines[0] = "GET " + path + " HTTP/1.1";
		lines[1] = "Host: localhost";
		lines[2] = "Upgrade: websocket";
		lines[3] = "Connection: Upgrade";
		lines[4] = "Sec-WebSocket-Version: 13";
		System.arraycopy(headers, 0, lines, 5, headers.length);
		try (RawClient client = RawClient.http(server, lines)) {
			return client.status();
		}
	}

	@Consumer("door")
	static class Door {

		static final AtomicInteger created = new AtomicInteger();

		Door() {
			created.incrementAndGet();
		}

		@OnConnect
		String connect(Connection connection) {
			InetSocketAddress address = connection.remoteAddress();
			return address.isUnresolved() ? address.getHostString() + " unresolved"
					: address.getAddress().getHostAddress() + " resolved";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Web implements WebMvcConfigurer {

		@Override
		public void addInterceptors(InterceptorRegistry registry) {
			registry.addInterceptor(new HandlerInterceptor() {

				@Override
				public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
					if ("none".equals(request.getHeader("X-Token"))) {
						response.setStatus(401);
						return false;
					}
					return true;
				}

			}).addPathPatterns("/ws/**");
		}

		@Bean
		FilterRegistrationBean<Filter> brokenServer() {
			return new FilterRegistrationBean<>((request, response, chain) -> chain
				.doFilter(new BrokenRequest((HttpServletRequest) request), response));
		}

	}

	private static final class BrokenRequest extends HttpServletRequestWrapper {

		BrokenRequest(HttpServletRequest request) {
			super(request);
		}

		@Override
		public HttpSession getSession(boolean create) {
			breakIf("session", "HandshakeReader");
			return super.getSession(create);
		}

		@Override
		public Enumeration<String> getHeaders(String name) {
			breakIf("upgrade", "HandshakeAnswer");
			return super.getHeaders(name);
		}

		@Override
		public Enumeration<String> getHeaderNames() {
			breakIf("upgrade", "HandshakeAnswer");
			return super.getHeaderNames();
		}

		private void breakIf(String what, String caller) {
			if (what.equals(getHeader("X-Break")) && StackWalker.getInstance()
				.walk((frames) -> frames.anyMatch((frame) -> frame.getClassName().endsWith(caller)))) {
				throw new UnsupportedOperationException("expected by the test");
			}
		}

	}

}
