package dev.channels;

/**
 * A group or channel name is not legal.
 *
 * @since 0.1.0
 */
public class InvalidNameException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what is wrong with the name
	 */
	public InvalidNameException(String message) {
		super(message);
	}

}
