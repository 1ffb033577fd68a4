package dev.channels.layer;

/**
 * Something arrived that is no event, or not one of the type that a handler takes. Says
 * what, never the payload.
 *
 * @since 0.1.0
 */
public class UndecodableEventException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what arrived
	 */
	public UndecodableEventException(String message) {
		super(message);
	}

}
