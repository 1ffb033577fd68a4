package dev.channels.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Frames that wait for one client, and what its messages cost, those of the batch that is
 * being written included. Pings and the pong pass messages, so that the time to the pong
 * is that of the network; the close frame is the last of all. Plain data, guarded by its
 * owner.
 */
final class FrameQueue {

	private static final int MAX_BATCH_FRAMES = 64;

	private static final long MAX_BATCH_BYTES = 64 * 1024;

	private final long limit;

	/**
	 * These alone can be dropped.
	 */
	private final Deque<OutboundFrame> messages = new ArrayDeque<>();

	private int pings;

	/**
	 * The answer to the client's latest ping.
	 */
	private @Nullable OutboundFrame pong;

	private @Nullable OutboundFrame close;

	private long waiting;

	private long underWay;

	/**
	 * Create an empty queue.
	 * @param limit how much messages may cost
	 */
	FrameQueue(long limit) {
		this.limit = limit;
	}

	boolean isEmpty() {
		return this.messages.isEmpty() && this.pings == 0 && this.pong == null && this.close == null;
	}

	/**
	 * Whether what waits is worth a batch of its own.
	 */
	boolean isBatchFull() {
		return this.messages.size() >= MAX_BATCH_FRAMES || this.waiting >= MAX_BATCH_BYTES;
	}

	/**
	 * Whether there is so little that a sender may go on.
	 */
	boolean isAtMostHalfFull() {
		return cost() <= this.limit / 2;
	}

	/**
	 * Whether a message fits. A larger one than any fits if nothing else is there.
	 */
	boolean hasRoomFor(OutboundFrame message) {
		return cost() == 0 || cost() + message.cost() <= this.limit;
	}

	private long cost() {
		return this.waiting + this.underWay;
	}

	void add(OutboundFrame message) {
		this.messages.add(message);
		this.waiting += message.cost();
	}

	void addPing() {
		this.pings++;
	}

	void setPong(OutboundFrame pong) {
		this.pong = pong;
	}

	void setClose(OutboundFrame close) {
		this.close = close;
	}

	/**
	 * Remove the message that has waited longest.
	 * @return whether there was one
	 */
	boolean removeOldest() {
		OutboundFrame oldest = this.messages.poll();
		if (oldest == null) {
			return false;
		}
		this.waiting -= oldest.cost();
		return true;
	}

	/**
	 * Remove all that waits.
	 * @return how many messages there were
	 */
	int clear() {
		int count = this.messages.size();
		this.messages.clear();
		this.waiting = 0;
		this.pings = 0;
		this.pong = null;
		this.close = null;
		return count;
	}

	/**
	 * Take what is to be written next. What was taken before has been written.
	 * @return the frames in order, pings first; none if nothing waits
	 */
	List<OutboundFrame> next() {
		this.underWay = 0;
		if (isEmpty()) {
			return List.of();
		}
		List<OutboundFrame> batch = new ArrayList<>(Math.min(this.pings + this.messages.size() + 1, MAX_BATCH_FRAMES));
		for (; this.pings > 0; this.pings--) {
			batch.add(OutboundFrame.PING);
		}
		if (this.pong != null) {
			batch.add(this.pong);
			this.pong = null;
		}
		long size = 0;
		while (!this.messages.isEmpty() && batch.size() < MAX_BATCH_FRAMES && size < MAX_BATCH_BYTES) {
			OutboundFrame message = this.messages.remove();
			batch.add(message);
			size += message.size();
			this.underWay += message.cost();
		}
		this.waiting -= this.underWay;
		if (this.close != null && this.messages.isEmpty()) {
			batch.add(this.close);
			this.close = null;
		}
		return batch;
	}

}
