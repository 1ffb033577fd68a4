package dev.channels.layer.redis;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Sees to it that what waits too long for a worker is ended and counted, once: before a
 * worker reads, and when it is time for what this node has sent, since maybe nobody ever
 * reads it. A channel is remembered as long as it has events that can expire. Safe for
 * use by many threads.
 */
final class ExpiryWatch {

	private static final Log logger = LogFactory.getLog(ExpiryWatch.class);

	private static final Duration PAUSE = Duration.ofSeconds(1);

	private final long millis;

	private final DropCounter drops;

	private final ScheduledExecutorService timer;

	private final Set<ChannelName> watched = ConcurrentHashMap.newKeySet();

	/**
	 * @param expiry how long an event may wait, zero for ever
	 */
	ExpiryWatch(Duration expiry, DropCounter drops, ScheduledExecutorService timer) {
		// what is shorter than a millisecond is not for ever
		this.millis = expiry.isZero() ? 0 : Math.max(1, expiry.toMillis());
		this.drops = drops;
		this.timer = timer;
	}

	boolean isOn() {
		return this.millis > 0;
	}

	long millis() {
		return this.millis;
	}

	/**
	 * An event was sent.
	 */
	void sent(EventStream stream) {
		if (isOn()) {
			watch(stream, this.millis);
		}
	}

	private void watch(EventStream stream, long wait) {
		if (!this.watched.add(stream.channel())) {
			return;
		}
		try {
			this.timer.schedule(() -> lookAgain(stream), wait + 1, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed", ex);
		}
	}

	/**
	 * Who sends from now on watches by itself: maybe it comes too late to be seen here.
	 */
	private void lookAgain(EventStream stream) {
		this.watched.remove(stream.channel());
		look(stream).whenComplete((next, failure) -> {
			if (failure != null) {
				watch(stream, PAUSE.toMillis());
			}
			else if (next >= 0) {
				watch(stream, next);
			}
		});
	}

	/**
	 * End what has expired in a channel.
	 * @return in how many milliseconds the next event will expire, negative if none waits
	 */
	CompletionStage<Long> look(EventStream stream) {
		return stream.expire(this.millis).thenCompose((expired) -> {
			count(stream.channel(), expired.number());
			// a long backlog is ended in pieces
			return (expired.next() == 0 && expired.number() > 0) ? look(stream)
					: CompletableFuture.completedStage(expired.next());
		});
	}

	private void count(ChannelName channel, long number) {
		if (number > 0) {
			this.drops.count(DropReason.EXPIRED, number - 1);
			this.drops.dropped(DropReason.EXPIRED, () -> number + " event(s) of worker channel '" + channel + "'");
		}
	}

	/**
	 * Return the channels that are remembered.
	 */
	Set<ChannelName> watched() {
		return Set.copyOf(this.watched);
	}

}
