package dev.channels;

/**
 * A channel holds as many events as its capacity allows. The event was not taken.
 *
 * @since 0.1.0
 */
public class ChannelFullException extends ChannelLayerException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param channel the name of the channel
	 * @param capacity its capacity, in events
	 */
	public ChannelFullException(String channel, int capacity) {
		super("Channel '" + channel + "' is full: it holds its capacity of " + capacity + " events");
	}

}
