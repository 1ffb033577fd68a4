package dev.channels.lifecycle;

import java.security.Principal;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection knows the attributes of the HTTP session, but does not end with it: frames
 * do not keep a session alive, so every logged-in user would be cut off at its timeout.
 */
class HttpSessionIntegrationTests {

	@Test
	void endOfTheSessionIsNotTheEndOfTheConnection() throws Exception {
		try (TestServer server = TestServer.with(Guest.class, Login.class).route("/ws", "guest").start()) {
			String cookie;
			try (RawClient login = get(server, "/login", "X: y")) {
				assertThat(login.status()).isEqualTo(200);
				cookie = "Cookie: " + login.header("Set-Cookie").split(";")[0];
			}
			try (RawClient client = RawClient.open(server, "/ws", cookie)) {
				assertThat(client.send("cart").readText()).isEqualTo("ann 3 items");
				try (RawClient logout = get(server, "/logout", cookie)) {
					assertThat(logout.status()).isEqualTo(200);
				}
				assertThat(client.send("cart").readText()).isEqualTo("ann 3 items");
			}
		}
	}

	private static RawClient get(TestServer server, String path, String header) throws Exception {
		return RawClient.http(server, "GET " + path + " HTTP/1.1", "Host: localhost:" + server.port(), header);
	}

	@RestController
	static class Login {

		@GetMapping("/login")
		void login(HttpSession session) {
			session.setAttribute("cart", "3 items");
		}

		@GetMapping("/logout")
		void logout(HttpSession session) {
			session.invalidate();
		}

		@Bean
		static Filter userFilter() {
			return (request, response, chain) -> chain
				.doFilter(new HttpServletRequestWrapper((HttpServletRequest) request) {
					@Override
					public Principal getUserPrincipal() {
						return () -> "ann";
					}
				}, response);
		}

	}

	@Consumer("guest")
	static class Guest {

		@OnReceive
		String receive(String name, Connection connection, Principal principal) {
			return principal.getName() + " " + connection.sessionAttributes().get(name);
		}

	}

}
