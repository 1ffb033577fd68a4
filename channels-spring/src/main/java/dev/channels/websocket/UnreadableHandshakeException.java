package dev.channels.websocket;

import org.jspecify.annotations.Nullable;

/**
 * A client's handshake cannot be read.
 */
@SuppressWarnings("serial")
final class UnreadableHandshakeException extends RuntimeException {

	private final String fault;

	UnreadableHandshakeException(String fault) {
		this(fault, null);
	}

	UnreadableHandshakeException(String fault, @Nullable Throwable cause) {
		super(fault, cause);
		this.fault = fault;
	}

	/**
	 * Say what cannot be read, without what the client sent.
	 */
	String fault() {
		return this.fault;
	}

}
