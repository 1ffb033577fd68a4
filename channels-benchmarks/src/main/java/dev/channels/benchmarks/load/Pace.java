package dev.channels.benchmarks.load;

/**
 * When the next message is sent.
 */
public enum Pace {

	/**
	 * A number of messages is on the way at any time: the next one leaves when all
	 * members have got one. Latency counts from the send.
	 */
	WINDOW,

	/**
	 * A number of messages leave each second, whatever comes back. Latency counts from
	 * the time at which a message should have left, so that a server that stalls is
	 * charged for all that it held up (no coordinated omission).
	 */
	RATE,

	/**
	 * A number of messages leave at once, and again when all members have got them all.
	 * Latency counts from the send.
	 */
	BURST

}
