package dev.channels.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * CPU time of a process since its start.
 *
 * @param userMicros outside the kernel, in microseconds
 * @param systemMicros in the kernel, in microseconds
 */
public record ProcessCpu(long userMicros, long systemMicros) {

	/** What the kernel counts in, USER_HZ, is the same on all of today's platforms. */
	private static final long MICROS_PER_TICK = 10_000;

	/** Fields after the name of the command, which may contain anything. */
	private static final int USER_TICKS = 11;

	private static final int SYSTEM_TICKS = 12;

	/**
	 * Ask for the CPU time of a process.
	 * @param pid which process
	 * @return its CPU time; where the system does not tell them apart, all of it counts
	 * as outside the kernel
	 * @throws IllegalStateException if there is no such process
	 */
	public static ProcessCpu of(long pid) {
		Path stat = Path.of("/proc", Long.toString(pid), "stat");
		if (Files.exists(stat)) {
			return parse(read(stat));
		}
		Duration total = ProcessHandle.of(pid)
			.flatMap((process) -> process.info().totalCpuDuration())
			.orElseThrow(() -> new IllegalStateException("Nothing is known of a process " + pid + ": has it ended?"));
		return new ProcessCpu(total.toNanos() / 1_000, 0);
	}

	static ProcessCpu parse(String stat) {
		String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
		return new ProcessCpu(Long.parseLong(fields[USER_TICKS]) * MICROS_PER_TICK,
				Long.parseLong(fields[SYSTEM_TICKS]) * MICROS_PER_TICK);
	}

	private static String read(Path stat) {
		try {
			return Files.readString(stat);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Add another process's.
	 * @param other the other
	 * @return the sum
	 */
	public ProcessCpu plus(ProcessCpu other) {
		return new ProcessCpu(this.userMicros + other.userMicros, this.systemMicros + other.systemMicros);
	}

	/**
	 * Return what was used since then.
	 * @param earlier what it was then
	 * @return the difference
	 */
	public ProcessCpu since(ProcessCpu earlier) {
		return new ProcessCpu(this.userMicros - earlier.userMicros, this.systemMicros - earlier.systemMicros);
	}

	/**
	 * Return both together.
	 * @return microseconds
	 */
	public long micros() {
		return this.userMicros + this.systemMicros;
	}

}
