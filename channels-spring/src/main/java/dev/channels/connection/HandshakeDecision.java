package dev.channels.connection;

import java.util.List;
import java.util.Locale;

import dev.channels.InvalidNameException;
import dev.channels.layer.Printable;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.Assert;

/**
 * What a consumer decides about a handshake: once, and not after its connect handler
 * returned. Fields are guarded by this object's monitor.
 */
final class HandshakeDecision {

	private final List<String> offered;

	private @Nullable String subprotocol;

	private @Nullable HandshakeResult result;

	HandshakeDecision(Handshake handshake) {
		this.offered = handshake.offeredSubprotocols();
		this.subprotocol = handshake.agreedSubprotocol();
	}

	synchronized void accept(@Nullable String subprotocol, HttpHeaders headers) {
		requireUndecided("accept");
		requireHarmless(headers);
		if (subprotocol != null) {
			if (!this.offered.contains(subprotocol)) {
				throw new InvalidNameException("The client did not offer the subprotocol '" + Printable.of(subprotocol)
						+ "': use one of connection.offeredSubprotocols()");
			}
			this.subprotocol = subprotocol;
		}
		this.result = new HandshakeResult(HandshakeResult.SWITCHING_PROTOCOLS, this.subprotocol, headers);
	}

	synchronized void reject(int status, HttpHeaders headers, @Nullable String body) {
		requireUndecided("reject");
		Assert.isTrue(status >= 400 && status <= 599,
				() -> "A connection is rejected with a status from 400 to 599, not " + status);
		requireHarmless(headers);
		this.result = new HandshakeResult(status, null, headers, body);
	}

	/**
	 * Refuse, whatever was decided before.
	 * @throws IllegalArgumentException if a header is not for the consumer to set
	 */
	synchronized HandshakeResult override(HandshakeResult refusal) {
		requireHarmless(refusal.headers());
		this.result = refusal;
		return refusal;
	}

	/**
	 * Accept, unless there is a decision.
	 */
	synchronized HandshakeResult complete() {
		if (this.result == null) {
			this.result = new HandshakeResult(HandshakeResult.SWITCHING_PROTOCOLS, this.subprotocol, HttpHeaders.EMPTY);
		}
		return this.result;
	}

	synchronized @Nullable String subprotocol() {
		return this.subprotocol;
	}

	private void requireUndecided(String verb) {
		HandshakeResult result = this.result;
		Assert.state(result == null,
				() -> "Cannot " + verb + " the connection: it was "
						+ ((result != null && result.accepted()) ? "accepted" : "rejected")
						+ " before (an @OnConnect handler that returns accepts)");
	}

	/**
	 * Refuse what would break the response. Names and values may be texts of the
	 * client's, so they are not an error of the application.
	 */
	private static void requireHarmless(HttpHeaders headers) {
		headers.forEach((name, values) -> {
			if (name.isEmpty() || !name.chars().allMatch(HandshakeDecision::isTokenCharacter)) {
				throw new InvalidNameException("'" + Printable.of(name) + "' cannot be the name of a header");
			}
			String lowerCase = name.toLowerCase(Locale.ROOT);
			Assert.isTrue(
					!lowerCase.startsWith("sec-websocket-") && !lowerCase.equals("upgrade")
							&& !lowerCase.equals("connection"),
					() -> "The header '" + name + "' belongs to the handshake itself");
			for (String value : values) {
				if (value != null && value.chars().anyMatch((c) -> c == '\r' || c == '\n' || c == 0)) {
					throw new InvalidNameException("The value of header '" + name + "' has a line break");
				}
			}
		});
	}

	/**
	 * What RFC 9110 section 5.6.2 lets stand in a name.
	 */
	private static boolean isTokenCharacter(int c) {
		return c > ' ' && c < 127 && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
	}

}
