package dev.channels.websocket;

/**
 * A client's handshake cannot be read.
 */
@SuppressWarnings("serial")
final class UnreadableHandshakeException extends RuntimeException {

	UnreadableHandshakeException(String message) {
		super(message);
	}

	UnreadableHandshakeException(String message, Throwable cause) {
		super(message, cause);
	}

}
