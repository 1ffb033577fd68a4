package dev.channels;

/**
 * What to do when a client reads slower than messages are sent to it and the outbound
 * queue of its connection is full.
 *
 * @since 0.1.0
 */
public enum SlowConsumerPolicy {

	/**
	 * Drop what waits and close the connection with code 1013.
	 */
	CLOSE,

	/**
	 * Drop the messages that wait longest, until the new one fits.
	 */
	DROP_OLDEST,

	/**
	 * Drop the new message.
	 */
	DROP_NEWEST

}
