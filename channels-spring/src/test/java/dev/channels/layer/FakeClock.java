package dev.channels.layer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A clock that moves when it is told to. It begins shortly before its numbers overflow,
 * as that of a JVM may.
 */
public final class FakeClock implements LongSupplier {

	private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofSeconds(5).toNanos());

	@Override
	public long getAsLong() {
		return this.now.get();
	}

	public void advance(Duration duration) {
		this.now.addAndGet(duration.toNanos());
	}

}
