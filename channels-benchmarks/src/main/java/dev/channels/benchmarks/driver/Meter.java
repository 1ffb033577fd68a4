package dev.channels.benchmarks.driver;

import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.channels.benchmarks.load.Faults;
import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Measurement.Latency;
import dev.channels.benchmarks.load.ProcessCpu;
import dev.channels.benchmarks.load.ProcessMemory;
import org.HdrHistogram.Histogram;

/**
 * What the servers use from now on.
 */
final class Meter {

	private final List<Long> pids;

	private final ProcessCpu serverCpu;

	private final ProcessCpu driverCpu;

	private final long begin;

	private Meter(List<Long> pids) {
		this.pids = pids;
		this.serverCpu = cpuOf(pids);
		this.driverCpu = ProcessCpu.of(ProcessHandle.current().pid());
		this.begin = System.nanoTime();
	}

	static Meter start(List<Long> pids) {
		return new Meter(pids);
	}

	Measurement stop(long units, Histogram latencies, Faults faults) {
		long wallMicros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - this.begin);
		ProcessCpu server = cpuOf(this.pids).since(this.serverCpu);
		ProcessCpu driver = ProcessCpu.of(ProcessHandle.current().pid()).since(this.driverCpu);
		return new Measurement(units, server.userMicros(), server.systemMicros(), wallMicros, driver.micros(),
				latencyOf(latencies), 0, 0, faults);
	}

	private static ProcessCpu cpuOf(List<Long> pids) {
		return pids.stream().map(ProcessCpu::of).reduce(new ProcessCpu(0, 0), ProcessCpu::plus);
	}

	private static Latency latencyOf(Histogram nanos) {
		return new Latency(micros(nanos, 50), micros(nanos, 99), micros(nanos, 99.9), micros(nanos, 100));
	}

	private static long micros(Histogram nanos, double percentile) {
		return TimeUnit.NANOSECONDS.toMicros(nanos.getValueAtPercentile(percentile));
	}

	static ProcessMemory memoryOf(List<Long> pids) {
		return pids.stream()
			.map(ProcessMemory::of)
			.reduce(new ProcessMemory(0, 0),
					(a, b) -> new ProcessMemory(a.heapBytes() + b.heapBytes(), a.residentBytes() + b.residentBytes()));
	}

}
