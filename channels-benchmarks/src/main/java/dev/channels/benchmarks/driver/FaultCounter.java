package dev.channels.benchmarks.driver;

import dev.channels.benchmarks.load.Faults;

/**
 * Counts what must not happen. Used on the event loop alone.
 */
final class FaultCounter {

	long lost;

	long doubled;

	long outOfOrder;

	long misdirected;

	long refused;

	long broken;

	Faults faults() {
		return new Faults(this.lost, this.doubled, this.outOfOrder, this.misdirected, this.refused, this.broken);
	}

}
