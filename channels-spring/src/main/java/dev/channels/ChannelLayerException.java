package dev.channels;

import org.jspecify.annotations.Nullable;

/**
 * The channel layer could not do what it was asked. The outcome is unknown: an event may
 * have been or may still be delivered.
 *
 * @since 0.1.0
 */
public class ChannelLayerException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what could not be done
	 */
	public ChannelLayerException(String message) {
		super(message);
	}

	/**
	 * Create an exception.
	 * @param message what could not be done
	 * @param cause the reason
	 */
	public ChannelLayerException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
