package dev.channels.layer;

import java.util.Locale;

/**
 * Why an event or message did not reach its handler or client. Each reason is counted by
 * itself.
 *
 * @since 0.1.0
 */
public enum DropReason {

	/**
	 * The mailbox of a connection held its capacity of events.
	 */
	CAPACITY,

	/**
	 * The event waited longer than the layer's expiry.
	 */
	EXPIRED,

	/**
	 * The event came from a server that had been replaced, behind events that were sent
	 * later.
	 */
	LATE,

	/**
	 * The addressed connection does not exist (any more).
	 */
	NO_RECEIVER,

	/**
	 * The consumer has no handler for this type of event.
	 */
	NO_HANDLER,

	/**
	 * The event could not be decoded, or not into the type that the handler takes.
	 */
	UNDECODABLE,

	/**
	 * The client reads too slowly, and the outbound queue of its connection was full.
	 */
	SLOW_CONSUMER,

	/**
	 * The connection ended before its turn came, or while it was written to the client,
	 * who may have got it or not.
	 */
	CLOSED,

	/**
	 * A send failed, and its outcome is unknown.
	 */
	SEND_FAILED,

	/**
	 * The dead letters of a worker channel were full, and the oldest had to go.
	 */
	DEAD_LETTERS_FULL;

	/**
	 * Return the name of this reason in metrics.
	 * @return the name in lower case with hyphens
	 */
	public String tag() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
