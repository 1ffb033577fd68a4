package dev.channels;

import java.util.concurrent.CompletionStage;

/**
 * One connection, or all connections of a user, on whichever node they are.
 *
 * @since 0.1.0
 */
public interface ConnectionsAddress extends Address {

	/**
	 * Close the connections with code 1000 and no reason.
	 * @return a stage that completes when the layer has taken the request
	 */
	default CompletionStage<Void> disconnect() {
		return disconnect(CloseStatus.NORMAL);
	}

	/**
	 * Close the connections without a reason.
	 * @param code a code that {@link Connection#close(int, String)} takes
	 * @return a stage that completes when the layer has taken the request
	 * @throws IllegalArgumentException if the code is not legal
	 */
	default CompletionStage<Void> disconnect(int code) {
		return disconnect(code, "");
	}

	/**
	 * Close the connections.
	 * @param status a status that is {@link CloseStatus#sendable() sendable}
	 * @return a stage that completes when the layer has taken the request
	 * @throws IllegalArgumentException if it is not
	 */
	default CompletionStage<Void> disconnect(CloseStatus status) {
		return disconnect(status.code(), status.reason());
	}

	/**
	 * Close the connections at once, as {@link Connection#close(int, String)} does on
	 * each: what was written for the client before still reaches it, but events that wait
	 * for a handler do not, nor does a handler that is busy delay the close. A consumer
	 * that has something to say first closes by itself.
	 * @param code a code that {@link Connection#close(int, String)} takes
	 * @param reason the reason, of which at most 123 bytes of UTF-8 are sent
	 * @return a stage that completes when the layer has taken the request
	 * @throws IllegalArgumentException if the code is not one a server may send
	 */
	CompletionStage<Void> disconnect(int code, String reason);

}
