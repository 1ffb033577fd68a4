package dev.channels.layer;

import tools.jackson.databind.util.TokenBuffer;

/**
 * A format of events on the wire. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public interface EventSerializer {

	/**
	 * Write an event.
	 * @param tokens the tokens of a JSON object
	 * @return the bytes
	 * @throws IllegalArgumentException if this format cannot hold them
	 */
	byte[] write(TokenBuffer tokens);

	/**
	 * Read an event.
	 * @param bytes what {@link #write(TokenBuffer)} of any node returned
	 * @return the tokens of a JSON object
	 * @throws RuntimeException if the bytes are not of this format
	 */
	TokenBuffer read(byte[] bytes);

}
