package dev.channels.connection;

import java.net.URI;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link Handshake} and of how it keeps headers.
 */
class HandshakeTests {

	private final HttpHeaders headers = new HttpHeaders();

	@Test
	void headersAreAsTheyCame() {
		this.headers.add("Host", "localhost:8080");
		this.headers.add("Accept-Language", "de,en;q=0.9");
		this.headers.add("X-Tenant", "blue");
		this.headers.add("X-Tenant", "green: dark");
		this.headers.add("X-Empty", "");
		HttpHeaders kept = handshake().headers();
		assertThat(kept).isEqualTo(this.headers);
		assertThat(kept.get("x-tenant")).containsExactly("blue", "green: dark");
		assertThat(kept.getFirst("x-empty")).isEmpty();
		assertThat(kept.getAcceptLanguage()).hasSize(2);
	}

	@Test
	void thereMayBeNoHeaders() {
		assertThat(handshake().headers().isEmpty()).isTrue();
	}

	@Test
	void noHeaderCanBeSmuggledIn() {
		this.headers.add("X-Note", "a\nX-Role\nadmin");
		HttpHeaders kept = handshake().headers();
		assertThat(kept.headerNames()).containsExactly("X-Note");
		assertThat(kept.getFirst("X-Note")).isEqualTo("a X-Role admin");
	}

	@Test
	void headersCannotBeModified() {
		Handshake handshake = handshake();
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(() -> handshake.headers().add("X-Role", "admin"));
	}

	@Test
	void laterChangesAreNotSeen() {
		Handshake handshake = handshake();
		this.headers.add("X-Role", "admin");
		assertThat(handshake.headers().isEmpty()).isTrue();
	}

	@Test
	void theUriIsAsItCame() {
		assertThat(handshake().uri()).isEqualTo(URI.create("ws://localhost/chat/a%20b?token=s%2Fx"));
		assertThat(handshake()).hasToString("handshake for /chat/a%20b");
	}

	private Handshake handshake() {
		return new Handshake(URI.create("ws://localhost/chat/a%20b?token=s%2Fx"), this.headers, Map.of(),
				new LinkedMultiValueMap<>(), Map.of(), List.of(), null, null, null, Map.of());
	}

}
