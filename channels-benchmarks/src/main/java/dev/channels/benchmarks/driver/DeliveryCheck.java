package dev.channels.benchmarks.driver;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Whether what one member of a room gets is complete and in order. The senders of a room
 * take turns, so that the number of a message tells its sender.
 */
final class DeliveryCheck {

	private final BitSet seen = new BitSet();

	/** The number of the last message, by sender. */
	private final int[] last;

	private final FaultCounter faults;

	DeliveryCheck(int senders, FaultCounter faults) {
		this.last = new int[senders];
		Arrays.fill(this.last, -1);
		this.faults = faults;
	}

	/**
	 * A message has come.
	 * @return whether it is the first time
	 */
	boolean received(int number) {
		if (this.seen.get(number)) {
			this.faults.doubled++;
			return false;
		}
		this.seen.set(number);
		int sender = number % this.last.length;
		if (number < this.last[sender]) {
			this.faults.outOfOrder++;
		}
		else {
			this.last[sender] = number;
		}
		return true;
	}

}
