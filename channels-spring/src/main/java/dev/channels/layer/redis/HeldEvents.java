package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The events of a worker channel that this node owns: those that are being handled, and
 * those that wait for a worker or for another attempt. Each is held until Redis knows how
 * it ended, so that nobody handles it again.
 * <p>
 * Fields are guarded by this object's monitor. Nothing blocks.
 */
final class HeldEvents {

	private static final RateLimitedLog deadLetterLog = new RateLimitedLog(LogFactory.getLog(HeldEvents.class));

	private static final RateLimitedLog lostLog = new RateLimitedLog(LogFactory.getLog(HeldEvents.class));

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final String channel;

	private final EventStream stream;

	private final DropCounter drops;

	private final ScheduledExecutorService timer;

	private final Runnable whenReady;

	/** Everything, by id. */
	private final Map<String, Job> held = new HashMap<>();

	/** What the next idle worker gets. */
	private final Deque<Job> ready = new ArrayDeque<>();

	/**
	 * @param channel the name, for messages
	 * @param whenReady called when an event waits for a worker once more
	 */
	HeldEvents(String channel, EventStream stream, DropCounter drops, ScheduledExecutorService timer,
			Runnable whenReady) {
		this.channel = channel;
		this.stream = stream;
		this.drops = drops;
		this.timer = timer;
		this.whenReady = whenReady;
	}

	/**
	 * Hold events that were read or claimed.
	 */
	synchronized void hold(List<EventStream.Entry> entries) {
		for (EventStream.Entry entry : entries) {
			if (!this.held.containsKey(entry.id())) {
				Job job = new Job(entry);
				this.held.put(entry.id(), job);
				this.ready.add(job);
			}
		}
	}

	/**
	 * Return the next event for a worker, {@code null} if there is none.
	 */
	synchronized @Nullable Job next() {
		return this.ready.poll();
	}

	/**
	 * Say that this node is still at it.
	 */
	void renew() {
		Map<String, Integer> attempts = attempts();
		if (!attempts.isEmpty()) {
			this.stream.renew(attempts).thenAccept(this::lost);
		}
	}

	private synchronized Map<String, Integer> attempts() {
		Map<String, Integer> attempts = new HashMap<>();
		this.held.forEach((id, job) -> attempts.put(id, job.attempts));
		return attempts;
	}

	private synchronized void lost(List<String> ids) {
		for (String id : ids) {
			Job job = this.held.remove(id);
			if (job != null) {
				this.ready.remove(job);
				job.lost = true;
				lostLog.warn(() -> "Another worker took over an event of worker channel '" + this.channel
						+ "' that this node still held: it is handled twice");
			}
		}
	}

	/**
	 * Let a worker try again, unless another node has taken over.
	 */
	void retry(Job job, Duration backoff) {
		this.timer.schedule(() -> {
			synchronized (this) {
				if (!job.lost && this.held.containsKey(job.entry.id())) {
					this.ready.add(job);
				}
			}
			this.whenReady.run();
		}, backoff.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * An event was handled.
	 */
	void acknowledge(Job job) {
		end(job, () -> this.stream.acknowledge(job.entry.id()));
	}

	/**
	 * An event cannot be handled.
	 */
	void bury(Job job, Throwable failure) {
		String error = failure.getClass().getName() + ": " + failure.getMessage();
		long now = System.currentTimeMillis();
		end(job, () -> this.stream.bury(job.entry, job.attempts, error, now).thenApply((gone) -> {
			if (gone > 0) {
				this.drops.dropped(DropReason.DEAD_LETTERS_FULL,
						"dead letter of worker channel '" + this.channel + "'");
			}
			return gone;
		}));
		deadLetterLog.warn(() -> "Gave up on an event of worker channel '" + this.channel + "' after " + job.attempts
				+ " attempt(s): " + failure.getClass().getName());
	}

	/**
	 * Tell Redis that an event needs no more work, as often as it takes.
	 */
	private void end(Job job, Supplier<CompletionStage<Long>> command) {
		command.get().whenComplete((result, failure) -> {
			boolean ended;
			synchronized (this) {
				ended = failure == null || job.lost;
				if (ended) {
					this.held.remove(job.entry.id());
				}
			}
			if (ended) {
				job.ended.complete(null);
			}
			else {
				this.timer.schedule(() -> end(job, command), PAUSE.toNanos(), TimeUnit.NANOSECONDS);
			}
		});
	}

	/**
	 * Forget everything.
	 * @return what was held, with the attempts that were made
	 */
	synchronized Map<String, Integer> removeAll() {
		Map<String, Integer> attempts = attempts();
		this.held.clear();
		this.ready.clear();
		return attempts;
	}

	/**
	 * An event on its way through workers.
	 */
	static final class Job {

		private final EventStream.Entry entry;

		private final CompletableFuture<Void> ended = new CompletableFuture<>();

		/** Attempts that were begun. Written by one worker at a time. */
		private volatile int attempts;

		/** Guarded by the monitor of the held events. */
		private boolean lost;

		Job(EventStream.Entry entry) {
			this.entry = entry;
			this.attempts = entry.attempts();
		}

		byte[] event() {
			return this.entry.event();
		}

		int attempts() {
			return this.attempts;
		}

		@SuppressWarnings("NonAtomicOperationOnVolatileField")
		void begin() {
			this.attempts++;
		}

		/**
		 * Completes when Redis knows how the event ended.
		 */
		CompletionStage<Void> ended() {
			return this.ended;
		}

	}

}
