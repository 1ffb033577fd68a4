package dev.channels.layer;

/**
 * A format of events on the wire. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public interface EventSerializer {

	/**
	 * Whether this format tells apart what JSON does not. What an application sends then
	 * comes as tokens, and as JSON's text otherwise, which saves a format that is made of
	 * it another pass.
	 * @return {@code true} for tokens
	 */
	default boolean isTyped() {
		return false;
	}

	/**
	 * Write an event.
	 * @param event a JSON object
	 * @return the bytes
	 * @throws IllegalArgumentException if this format cannot hold it
	 */
	byte[] write(EventContent event);

	/**
	 * Read an event.
	 * @param bytes what {@link #write(EventContent)} of any node returned, not changed
	 * any more
	 * @return a JSON object, or what turns out to be none when it is parsed
	 * @throws RuntimeException if the bytes are not of this format
	 */
	EventContent read(byte[] bytes);

}
