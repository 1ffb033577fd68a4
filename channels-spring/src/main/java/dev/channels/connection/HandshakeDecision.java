package dev.channels.connection;

import java.util.List;
import java.util.Locale;

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
			Assert.isTrue(this.offered.contains(subprotocol),
					() -> "The client did not offer the subprotocol '" + subprotocol + "', it offered " + this.offered);
			this.subprotocol = subprotocol;
		}
		this.result = new HandshakeResult(HandshakeResult.SWITCHING_PROTOCOLS, this.subprotocol, headers);
	}

	synchronized void reject(int status, HttpHeaders headers) {
		requireUndecided("reject");
		Assert.isTrue(status >= 400 && status <= 599,
				() -> "A connection is rejected with a status from 400 to 599, not " + status);
		requireHarmless(headers);
		this.result = HandshakeResult.rejected(status, headers);
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

	private static void requireHarmless(HttpHeaders headers) {
		headers.forEach((name, values) -> {
			String lowerCase = name.toLowerCase(Locale.ROOT);
			Assert.isTrue(
					!lowerCase.startsWith("sec-websocket-") && !lowerCase.equals("upgrade")
							&& !lowerCase.equals("connection"),
					() -> "The header '" + name + "' belongs to the handshake itself");
			values.forEach((value) -> Assert.isTrue(value.chars().noneMatch((c) -> c == '\r' || c == '\n'),
					() -> "The value of header '" + name + "' has a line break"));
		});
	}

}
