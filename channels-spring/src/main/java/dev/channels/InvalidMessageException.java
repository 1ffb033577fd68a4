package dev.channels;

import org.jspecify.annotations.Nullable;

/**
 * A client's message cannot be given to a handler: it is no JSON, has the wrong shape, a
 * type that nobody handles, or is binary where text is expected. The message of this
 * exception tells where, never what the client sent.
 * <p>
 * Handle it with a
 * {@link org.springframework.messaging.handler.annotation.MessageExceptionHandler
 * &#64;MessageExceptionHandler} to keep the connection; unhandled, the connection is
 * closed with {@link #closeCode()}.
 *
 * @since 0.1.0
 */
public class InvalidMessageException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int closeCode;

	/**
	 * Create an exception.
	 * @param closeCode the code to close with: 1003 for a kind of message that is not
	 * taken, 1007 for content that cannot be read, 1008 for one that is refused
	 * @param message what is wrong, without the payload
	 * @param cause the reason
	 */
	public InvalidMessageException(int closeCode, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.closeCode = closeCode;
	}

	/**
	 * Return the code that the connection is closed with when nobody handles this.
	 * @return 1003, 1007 or 1008
	 */
	public int closeCode() {
		return this.closeCode;
	}

}
