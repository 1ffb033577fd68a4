package dev.channels.websocket;

import org.springframework.web.socket.server.HandshakeFailureException;

/**
 * A client's handshake cannot be read. The message says what cannot, without what the
 * client sent.
 */
@SuppressWarnings("serial")
final class UnreadableHandshakeException extends HandshakeFailureException {

	UnreadableHandshakeException(String fault) {
		super(fault);
	}

	UnreadableHandshakeException(String fault, Throwable cause) {
		super(fault, cause);
	}

}
