package dev.channels.test;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures how long this machine and JVM stall: a thread that has nothing to do but to
 * wake up each millisecond, and sees how late it is. What a test takes for a pause of the
 * server is none if this thread stood still as well.
 */
public final class HiccupMeter implements AutoCloseable {

	private static final long INTERVAL = 1_000_000;

	private final Thread thread = new Thread(this::measure, "hiccup-meter");

	private volatile long longest;

	private volatile boolean closed;

	public HiccupMeter() {
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void measure() {
		long last = System.nanoTime();
		while (!this.closed) {
			LockSupport.parkNanos(INTERVAL);
			long now = System.nanoTime();
			this.longest = Math.max(this.longest, now - last - INTERVAL);
			last = now;
		}
	}

	/**
	 * Return the longest stall so far.
	 */
	public Duration longest() {
		return Duration.ofNanos(this.longest);
	}

	@Override
	public void close() {
		this.closed = true;
	}

}
