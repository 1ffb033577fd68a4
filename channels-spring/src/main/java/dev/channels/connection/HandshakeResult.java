package dev.channels.connection;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * What to answer a client's handshake.
 *
 * @param status 101 for an upgrade, otherwise the status to refuse with
 * @param subprotocol the subprotocol of an upgrade, or {@code null} for none
 * @param headers headers to add to the response, of which none belongs to the handshake
 * itself or has a line break
 * @param body text of a refusal, written in UTF-8, or {@code null} for none
 * @since 0.1.0
 */
public record HandshakeResult(int status, @Nullable String subprotocol, HttpHeaders headers, @Nullable String body) {

	static final int SWITCHING_PROTOCOLS = 101;

	/**
	 * Create a result without a body.
	 * @param status 101 for an upgrade, otherwise the status to refuse with
	 * @param subprotocol the subprotocol of an upgrade, or {@code null} for none
	 * @param headers headers to add to the response
	 */
	public HandshakeResult(int status, @Nullable String subprotocol, HttpHeaders headers) {
		this(status, subprotocol, headers, null);
	}

	static HandshakeResult rejected(int status, HttpHeaders headers) {
		return new HandshakeResult(status, null, headers);
	}

	/**
	 * Whether the connection is to be upgraded.
	 * @return {@code true} if so
	 */
	public boolean accepted() {
		return this.status == SWITCHING_PROTOCOLS;
	}

}
