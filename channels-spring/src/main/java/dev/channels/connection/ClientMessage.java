package dev.channels.connection;

import org.jspecify.annotations.Nullable;

/**
 * A whole message of a client: either text or binary.
 *
 * @param text the text, or {@code null}
 * @param binary the bytes, or {@code null}
 * @since 0.1.0
 */
public record ClientMessage(@Nullable String text, byte @Nullable [] binary) {

	/**
	 * Create a text message.
	 * @param text the text, which may be empty
	 * @return the message
	 */
	public static ClientMessage text(String text) {
		return new ClientMessage(text, null);
	}

	/**
	 * Create a binary message.
	 * @param binary the bytes, which belong to the message from now on
	 * @return the message
	 */
	public static ClientMessage binary(byte[] binary) {
		return new ClientMessage(null, binary);
	}

	@Override
	public String toString() {
		return (this.text != null) ? "text message" : "binary message";
	}

}
