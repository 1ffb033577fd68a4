package dev.channels.benchmarks.load;

/**
 * What was seen of one server in one scenario, once.
 *
 * @param units how many deliveries, connections or connects were measured
 * @param userMicros CPU time of the servers outside the kernel, in microseconds
 * @param systemMicros CPU time of the servers in the kernel, in microseconds
 * @param wallMicros how long it took, in microseconds
 * @param driverMicros CPU time of the driver, in microseconds
 * @param latency how long a delivery took, or for connects the handshake
 * @param heapBytes live objects of all connections together, zero where that is not
 * measured
 * @param residentBytes growth of the resident memory for all connections together, zero
 * where that is not measured
 * @param faults what must not happen
 */
public record Measurement(long units, long userMicros, long systemMicros, long wallMicros, long driverMicros,
		Latency latency, long heapBytes, long residentBytes, Faults faults) {

	/**
	 * Return the CPU time of the servers.
	 * @return microseconds per unit
	 */
	public double cpuMicrosPerUnit() {
		return (double) (this.userMicros + this.systemMicros) / this.units;
	}

	/**
	 * Return how much of a core the servers took.
	 * @return a share of one core; of less than 0.9 with a window of messages, the driver
	 * or somebody else held the server up
	 */
	public double utilization() {
		return (double) (this.userMicros + this.systemMicros) / this.wallMicros;
	}

	/**
	 * Percentiles in microseconds.
	 *
	 * @param p50 the median
	 * @param p99 what 99 % do not exceed
	 * @param p999 what 99.9 % do not exceed
	 * @param max the largest
	 */
	public record Latency(long p50, long p99, long p999, long max) {

	}

}
