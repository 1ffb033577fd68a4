package dev.channels.layer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.jspecify.annotations.Nullable;

/**
 * Warns at most once in ten seconds, and says how often it would have warned meanwhile.
 * Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class RateLimitedLog {

	private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

	private final Log logger;

	private final LongSupplier nanoTime;

	private final AtomicLong nextTime;

	private final AtomicLong suppressed = new AtomicLong();

	/**
	 * Create a log.
	 * @param logger where to warn
	 */
	public RateLimitedLog(Log logger) {
		this(logger, System::nanoTime);
	}

	RateLimitedLog(Log logger, LongSupplier nanoTime) {
		this.logger = logger;
		this.nanoTime = nanoTime;
		this.nextTime = new AtomicLong(nanoTime.getAsLong());
	}

	/**
	 * Warn, unless there was a warning a short while ago.
	 * @param message what to say
	 */
	public void warn(Supplier<String> message) {
		warn(message, null);
	}

	/**
	 * Warn, unless there was a warning a short while ago.
	 * @param message what to say
	 * @param cause an exception to log with its stack trace, or {@code null}
	 */
	public void warn(Supplier<String> message, @Nullable Throwable cause) {
		if (!tryAcquire()) {
			this.suppressed.incrementAndGet();
			return;
		}
		long count = this.suppressed.getAndSet(0);
		String text = (count > 0) ? message.get() + " (and " + count + " more like this since the last warning)"
				: message.get();
		this.logger.warn(text, cause);
	}

	private boolean tryAcquire() {
		long now = this.nanoTime.getAsLong();
		long next = this.nextTime.get();
		return now - next >= 0 && this.nextTime.compareAndSet(next, now + INTERVAL);
	}

}
