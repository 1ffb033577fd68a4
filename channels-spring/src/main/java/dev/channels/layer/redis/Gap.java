package dev.channels.layer.redis;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * The time in which something between this node and Redis is lost. It begins with the
 * first {@link #lost loss}; each further one moves it forward, so that nothing that came
 * back before the last loss counts for its end; and it ends only if no loss has come
 * since whoever ends it has {@linkplain #current() looked}.
 * <p>
 * Losses are told by any thread. It is looked at and ended by the maintenance thread.
 */
final class Gap {

	private final LongSupplier clock;

	private final AtomicReference<@Nullable Loss> current = new AtomicReference<>();

	private final AtomicLong returns = new AtomicLong();

	/**
	 * @param clock nanoseconds; never zero
	 */
	Gap(LongSupplier clock) {
		this.clock = clock;
	}

	/**
	 * Something was lost.
	 * @param from since when it may have been
	 * @return whether the gap begins with it
	 */
	boolean lost(long from) {
		long now = this.clock.getAsLong();
		Loss before = this.current
			.getAndUpdate((loss) -> new Loss((loss != null) ? Math.min(loss.from, from) : from, now, false));
		return before == null;
	}

	/**
	 * Return the last loss of the gap that is open, {@code null} if none is.
	 */
	@Nullable Loss current() {
		return this.current.get();
	}

	boolean isOpen() {
		return this.current.get() != null;
	}

	/**
	 * Everything is back but what may stay away for long: a master that is not there.
	 * @param seen the last loss when everything else was seen to be back
	 * @return whether that is news
	 */
	boolean isPartlyOver(Loss seen) {
		Loss partly = new Loss(seen.from, seen.mark, true);
		if (seen.partly || !this.current.compareAndSet(seen, partly)) {
			return false;
		}
		this.returns.incrementAndGet();
		return true;
	}

	/**
	 * Everything is back.
	 * @param seen the last loss when everything was seen to be back
	 * @return how long the gap was, {@code null} if it goes on
	 */
	@Nullable Duration end(Loss seen) {
		if (!this.current.compareAndSet(seen, null)) {
			return null;
		}
		this.returns.incrementAndGet();
		return Duration.ofNanos(this.clock.getAsLong() - seen.from);
	}

	/**
	 * Return how often it ended, at least in part: what was written to Redis before that
	 * changes may be lost.
	 */
	long returns() {
		return this.returns.get();
	}

	/**
	 * @param from since when something may be lost
	 * @param mark when the last loss was noticed
	 * @param partly whether all is back but what may stay away for long
	 */
	record Loss(long from, long mark, boolean partly) {

	}

}
