package dev.channels.websocket;

import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import dev.channels.connection.Handshake;
import jakarta.servlet.http.Cookie;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link HandshakeReader}.
 */
class HandshakeReaderTests {

	private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/ws/chat/lobby");

	@Test
	void copiesWhatTheRequestSays() {
		this.request.setQueryString("page=1&tag=a&tag=b%20c");
		this.request.addParameter("page", "1");
		this.request.addParameter("tag", "a", "b c");
		this.request.addHeader("X-Tenant", "blue");
		this.request.setCookies(new Cookie("theme", "dark"), new Cookie("a", "1"));
		this.request.setRemoteAddr("192.0.2.1");
		this.request.setRemotePort(4711);
		this.request.getSession().setAttribute("cart", "full");
		Principal principal = () -> "anna";
		Handshake handshake = read("v1", principal, "/ws/chat/{room}", "/ws/chat/{room}/");
		assertThat(handshake.uri()).isEqualTo(URI.create("http://localhost/ws/chat/lobby?page=1&tag=a&tag=b%20c"));
		assertThat(handshake.headers().getFirst("x-tenant")).isEqualTo("blue");
		assertThat(handshake.cookies()).isEqualTo(Map.of("theme", "dark", "a", "1"));
		assertThat(handshake.queryParams()).isEqualTo(Map.of("page", List.of("1"), "tag", List.of("a", "b c")));
		assertThat(handshake.pathVariables()).isEqualTo(Map.of("room", "lobby"));
		assertThat(handshake.agreedSubprotocol()).isEqualTo("v1");
		assertThat(handshake.remoteAddress().getPort()).isEqualTo(4711);
		assertThat(handshake.remoteAddress().getHostString()).isEqualTo("192.0.2.1");
		assertThat(handshake.principal()).isSameAs(principal);
		assertThat(handshake.sessionAttributes()).isEqualTo(Map.of("cart", "full"));
	}

	@Test
	void whatIsAbsentIsEmpty() {
		Handshake handshake = read();
		assertThat(handshake.cookies()).isEmpty();
		assertThat(handshake.queryParams()).isEmpty();
		assertThat(handshake.pathVariables()).isEmpty();
		assertThat(handshake.offeredSubprotocols()).isEmpty();
		assertThat(handshake.agreedSubprotocol()).isNull();
		assertThat(handshake.principal()).isNull();
		assertThat(handshake.sessionAttributes()).isEmpty();
	}

	@Test
	void createsNoSession() {
		read();
		assertThat(this.request.getSession(false)).isNull();
	}

	@Test
	void readsTheSubprotocolsThatTheClientOffers() {
		this.request.addHeader("Sec-WebSocket-Protocol", "v2, v1");
		this.request.addHeader("Sec-WebSocket-Protocol", "v0");
		assertThat(read().offeredSubprotocols()).containsExactly("v2", "v1", "v0");
	}

	@Test
	void theFirstOfTwoCookiesOfOneNameCounts() {
		this.request.setCookies(new Cookie("theme", "dark"), new Cookie("theme", "light"));
		assertThat(read().cookies()).isEqualTo(Map.of("theme", "dark"));
	}

	@Test
	void laterChangesOfTheRequestAreNotSeen() {
		this.request.addHeader("X-Tenant", "blue");
		this.request.getSession().setAttribute("cart", "full");
		Handshake handshake = read();
		this.request.removeHeader("X-Tenant");
		this.request.getSession().setAttribute("cart", "empty");
		assertThat(handshake.headers().getFirst("X-Tenant")).isEqualTo("blue");
		assertThat(handshake.sessionAttributes()).containsEntry("cart", "full");
	}

	@Test
	void isUnmodifiable() {
		this.request.addHeader("X-Tenant", "blue");
		this.request.addParameter("page", "1");
		Handshake handshake = read();
		assertUnmodifiable(() -> handshake.headers().set("X-Tenant", "red"));
		assertUnmodifiable(() -> handshake.queryParams().add("page", "2"));
		assertUnmodifiable(() -> handshake.queryParams().get("page").add("2"));
		assertUnmodifiable(() -> handshake.cookies().put("a", "b"));
		assertUnmodifiable(() -> handshake.sessionAttributes().put("a", "b"));
	}

	@Test
	void itsTextHasThePathOnly() {
		this.request.setQueryString("token=s3cr3t");
		assertThat(read()).hasToString("handshake for /ws/chat/lobby");
	}

	@Test
	void findsPathVariablesBelowAContextPath() {
		MockHttpServletRequest request = new MockHttpServletRequest("GET", "/app/ws/chat/a%20b/");
		request.setContextPath("/app");
		List<PathPattern> patterns = patterns("/ws/chat/{room}", "/ws/chat/{room}/");
		assertThat(HandshakeReader.read(new ServletServerHttpRequest(request), patterns, null, null).pathVariables())
			.isEqualTo(Map.of("room", "a b"));
	}

	private Handshake read() {
		return read(null, null, "/ws/chat/lobby");
	}

	private Handshake read(@Nullable String subprotocol, @Nullable Principal principal, String... patterns) {
		return HandshakeReader.read(new ServletServerHttpRequest(this.request), patterns(patterns), subprotocol,
				principal);
	}

	private static List<PathPattern> patterns(String... patterns) {
		return Stream.of(patterns).map(PathPatternParser.defaultInstance::parse).toList();
	}

	private static void assertUnmodifiable(Runnable change) {
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(change::run);
	}

}
