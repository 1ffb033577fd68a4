package dev.channels;

import org.jspecify.annotations.Nullable;

/**
 * More is under way to other nodes than the layer holds for one server. The event was not
 * sent, and will not be: send it again when the stages of earlier ones have completed.
 *
 * @since 0.1.0
 */
public class LayerFullException extends ChannelLayerException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what is full
	 */
	public LayerFullException(String message) {
		super(message);
	}

	/**
	 * Create an exception.
	 * @param message what is full
	 * @param cause the reason
	 */
	public LayerFullException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
