package dev.channels.autoconfigure;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import dev.channels.layer.redis.RedisLayerListener;

/**
 * Counts the times in which a layer was not connected to Redis. Safe for use by many
 * threads.
 */
final class RedisGaps implements RedisLayerListener {

	private final LongAdder count = new LongAdder();

	private final LongAdder nanos = new LongAdder();

	@Override
	public void gapEnded(Duration duration) {
		this.count.increment();
		this.nanos.add(duration.toNanos());
	}

	long count() {
		return this.count.sum();
	}

	long nanos() {
		return this.nanos.sum();
	}

}
