package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.Job;
import dev.channels.layer.RateLimitedLog;
import dev.channels.layer.SharedEvent;
import org.apache.commons.logging.Log;
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

	private static final Log logger = LogFactory.getLog(HeldEvents.class);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final RateLimitedLog lostLog = new RateLimitedLog(logger);

	private final String channel;

	private final EventStream stream;

	private final WorkerEvents events;

	private final DropCounter drops;

	private final ScheduledExecutorService timer;

	/** Everything, by id. */
	private final Map<String, HeldEvent> held = new HashMap<>();

	/** What the next idle worker gets. */
	private final Deque<HeldEvent> ready = new ArrayDeque<>();

	/**
	 * @param channel the name, for messages
	 */
	HeldEvents(String channel, EventStream stream, WorkerEvents events, DropCounter drops,
			ScheduledExecutorService timer) {
		this.channel = channel;
		this.stream = stream;
		this.events = events;
		this.drops = drops;
		this.timer = timer;
	}

	/**
	 * Hold events that were read or claimed.
	 */
	synchronized void hold(List<EventStream.Entry> entries) {
		for (EventStream.Entry entry : entries) {
			if (!this.held.containsKey(entry.id())) {
				HeldEvent event = new HeldEvent(entry);
				this.held.put(entry.id(), event);
				this.ready.add(event);
			}
		}
	}

	/**
	 * Return the next event for a worker, {@code null} if there is none.
	 */
	synchronized @Nullable HeldEvent next() {
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

	/**
	 * Return how many events there are.
	 */
	synchronized int size() {
		return this.held.size();
	}

	private synchronized Map<String, Integer> attempts() {
		Map<String, Integer> attempts = new HashMap<>();
		this.held.forEach((id, event) -> attempts.put(id, event.attempts()));
		return attempts;
	}

	private synchronized void lost(List<String> ids) {
		for (String id : ids) {
			HeldEvent event = this.held.remove(id);
			if (event != null) {
				this.ready.remove(event);
				event.lost = true;
				this.lostLog.warn(() -> "Another worker took over an event of worker channel '" + this.channel
						+ "' that this node still held: it is handled twice");
			}
		}
	}

	/**
	 * Let a worker try again, unless another node has taken over.
	 * @param whenReady called when the event waits for a worker once more
	 */
	void retry(HeldEvent event, Duration pause, Runnable whenReady) {
		this.timer.schedule(() -> {
			synchronized (this) {
				if (!event.lost && this.held.containsKey(event.entry.id())) {
					this.ready.add(event);
				}
			}
			whenReady.run();
		}, pause.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * An event was handled.
	 * @return completes when Redis knows
	 */
	CompletionStage<?> acknowledge(HeldEvent event) {
		return end(event, () -> this.stream.acknowledge(event.entry.id()));
	}

	/**
	 * An event cannot be handled.
	 * @return completes when Redis knows
	 */
	CompletionStage<?> bury(HeldEvent event, String error) {
		byte[] written = this.events.writeError(error);
		long now = System.currentTimeMillis();
		return end(event, () -> this.stream.bury(event.entry, event.attempts(), written, now).thenApply((gone) -> {
			if (gone > 0) {
				this.drops.dropped(DropReason.DEAD_LETTERS_FULL,
						() -> "dead letter of worker channel '" + this.channel + "'");
			}
			return gone;
		}));
	}

	/**
	 * Tell Redis that an event needs no more work, as often as it takes.
	 */
	private CompletionStage<?> end(HeldEvent event, Supplier<CompletionStage<Long>> command) {
		command.get().whenComplete((result, failure) -> {
			boolean ended;
			synchronized (this) {
				ended = failure == null || event.lost;
				if (ended) {
					this.held.remove(event.entry.id());
				}
			}
			if (ended) {
				event.ended.complete(null);
			}
			else {
				endLater(event, command);
			}
		});
		return event.ended;
	}

	private void endLater(HeldEvent event, Supplier<CompletionStage<Long>> command) {
		try {
			this.timer.schedule(() -> {
				end(event, command);
			}, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed", ex);
		}
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
	 * An event that this node owns.
	 */
	final class HeldEvent extends Job {

		private final EventStream.Entry entry;

		private final CompletableFuture<Void> ended = new CompletableFuture<>();

		/** Guarded by the monitor of the held events. */
		private boolean lost;

		HeldEvent(EventStream.Entry entry) {
			super(entry.attempts());
			this.entry = entry;
		}

		@Override
		public SharedEvent event() {
			return HeldEvents.this.events.read(this.entry.event());
		}

		@Override
		public String toString() {
			return "event " + this.entry.id();
		}

	}

}
