package dev.channels;

import org.jspecify.annotations.Nullable;

/**
 * The application is put together in a way that cannot work. Stops the start.
 *
 * @since 0.1.0
 */
public class ChannelsConfigurationException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String action;

	/**
	 * Create an exception.
	 * @param description what is wrong, and where
	 * @param action what to do instead
	 */
	public ChannelsConfigurationException(String description, String action) {
		this(description, action, null);
	}

	/**
	 * Create an exception.
	 * @param description what is wrong, and where
	 * @param action what to do instead
	 * @param cause the reason
	 */
	public ChannelsConfigurationException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	/**
	 * Return what to do instead.
	 * @return one or more sentences
	 */
	public String action() {
		return this.action;
	}

}
