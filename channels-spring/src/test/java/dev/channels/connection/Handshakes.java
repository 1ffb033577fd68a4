package dev.channels.connection;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;

import org.springframework.http.HttpHeaders;
import org.springframework.util.LinkedMultiValueMap;

/**
 * Handshakes for tests.
 */
final class Handshakes {

	private Handshakes() {
	}

	static Handshake anonymous() {
		return create(List.of(), null, null);
	}

	static Handshake ofUser(String name) {
		return create(List.of(), null, () -> name);
	}

	static Handshake of(Principal principal) {
		return create(List.of(), null, principal);
	}

	static Handshake offering(List<String> offered, String agreed) {
		return create(offered, agreed, null);
	}

	static Handshake of(String uri) {
		return new Handshake(URI.create(uri), new HttpHeaders(), Map.of(), new LinkedMultiValueMap<>(), Map.of(),
				List.of(), null, null, null, Map.of());
	}

	private static Handshake create(List<String> offered, String agreed, Principal principal) {
		HttpHeaders headers = new HttpHeaders();
		headers.add("User-Agent", "test");
		LinkedMultiValueMap<String, String> query = new LinkedMultiValueMap<>();
		query.add("token", "secret");
		return new Handshake(URI.create("ws://localhost/chat/lobby?token=secret"), headers, Map.of("theme", "dark"),
				query, Map.of("room", "lobby"), offered, agreed, new InetSocketAddress("localhost", 4711), principal,
				Map.of("cart", 3));
	}

}
