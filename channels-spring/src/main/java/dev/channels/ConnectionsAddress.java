package dev.channels;

import java.util.concurrent.CompletionStage;

/**
 * One connection, or all connections of a user, on whichever node they are.
 *
 * @since 0.1.0
 */
public interface ConnectionsAddress extends Address {

	/**
	 * Close the connections, as {@link Connection#close(int, String)} does on each.
	 * @param code a code that {@link Connection#close(int, String)} takes
	 * @param reason the reason, at most 123 bytes of UTF-8
	 * @return a stage that completes when the layer has taken the request
	 * @throws IllegalArgumentException if code or reason are not legal
	 */
	CompletionStage<Void> disconnect(int code, String reason);

}
