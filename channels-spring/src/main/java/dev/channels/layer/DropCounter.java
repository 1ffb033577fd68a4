package dev.channels.layer;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Counts what is dropped, by reason, and warns of it at a limited rate. Safe for use by
 * many threads.
 *
 * @since 0.1.0
 */
public final class DropCounter {

	private static final Log logger = LogFactory.getLog(DropCounter.class);

	private final LongAdder[] counts = new LongAdder[DropReason.values().length];

	private final RateLimitedLog[] logs = new RateLimitedLog[DropReason.values().length];

	/**
	 * Create a counter that begins at zero.
	 */
	public DropCounter() {
		for (int i = 0; i < this.counts.length; i++) {
			this.counts[i] = new LongAdder();
			this.logs[i] = new RateLimitedLog(logger);
		}
	}

	/**
	 * Count a drop, and warn of it.
	 * @param reason why it was dropped
	 * @param what what was dropped and where, without any payload
	 */
	public void dropped(DropReason reason, Object what) {
		dropped(reason, what::toString);
	}

	/**
	 * Count a drop, and warn of it with a text that is only made when it is logged, which
	 * few of many drops are.
	 * @param reason why it was dropped
	 * @param what says what was dropped and where, without any payload; called on this
	 * thread or not at all
	 */
	public void dropped(DropReason reason, Supplier<String> what) {
		count(reason, 1);
		this.logs[reason.ordinal()].warn(() -> "Dropped (" + reason.tag() + "): " + what.get());
	}

	/**
	 * Count drops that are no cause for a warning: what was under way when a connection
	 * ended.
	 * @param reason why they were dropped
	 * @param number how many there were
	 */
	public void count(DropReason reason, long number) {
		this.counts[reason.ordinal()].add(number);
	}

	/**
	 * Return how much was dropped since the start.
	 * @param reason why it was dropped
	 * @return the number of drops
	 */
	public long total(DropReason reason) {
		return this.counts[reason.ordinal()].sum();
	}

}
