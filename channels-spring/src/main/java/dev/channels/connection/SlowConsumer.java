package dev.channels.connection;

import dev.channels.SlowConsumerPolicy;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;

/**
 * What becomes of messages for which a client leaves no room. Counts each one that is
 * dropped.
 */
final class SlowConsumer {

	private final SlowConsumerPolicy policy;

	private final DropCounter drops;

	private final Object message;

	/**
	 * Create what carries out a policy.
	 * @param message says what is dropped, and where
	 */
	SlowConsumer(SlowConsumerPolicy policy, DropCounter drops, Object message) {
		this.policy = policy;
		this.drops = drops;
		this.message = message;
	}

	/**
	 * Make room for a message, or drop it.
	 * @return what to do with the message
	 */
	Verdict judge(OutboundFrame message, FrameQueue frames) {
		if (frames.hasRoomFor(message)) {
			return Verdict.ADD;
		}
		switch (this.policy) {
			case DROP_NEWEST -> {
				dropped();
				return Verdict.DROPPED;
			}
			case DROP_OLDEST -> {
				while (!frames.hasRoomFor(message) && frames.removeOldest()) {
					dropped();
				}
				return Verdict.ADD;
			}
			case CLOSE -> {
				while (frames.removeOldest()) {
					dropped();
				}
				dropped();
				return Verdict.CLOSE;
			}
		}
		throw new IllegalStateException("No such policy: " + this.policy);
	}

	private void dropped() {
		this.drops.dropped(DropReason.SLOW_CONSUMER, this.message);
	}

	/**
	 * What to do with a message.
	 */
	enum Verdict {

		/**
		 * There is room, or all the room that can be made.
		 */
		ADD,

		/**
		 * It has been dropped.
		 */
		DROPPED,

		/**
		 * It has been dropped with all that waited: the connection is to be closed.
		 */
		CLOSE

	}

}
