package dev.channels.layer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A worker channel within one process: what waits in it, and its dead letters. Fields are
 * guarded by this object's monitor, which is never held while a worker is called.
 */
final class MemoryWorkerChannel implements JobSource<MemoryWorkerChannel.MemoryJob> {

	private static final Log logger = LogFactory.getLog(MemoryWorkerChannel.class);

	static final int MAX_DEAD_LETTERS = 1000;

	private final ChannelName name;

	private final int capacity;

	private final long expiryNanos;

	private final DropCounter drops;

	private final ScheduledExecutorService timer;

	private final LongSupplier nanoTime;

	private final Runnable whenUnused;

	private final WorkerPool<MemoryJob> pool;

	/** What nobody has begun, oldest first. */
	private final Deque<MemoryJob> fresh = new ArrayDeque<>();

	/** What is to be tried again, and comes first: it is older. */
	private final Deque<MemoryJob> again = new ArrayDeque<>();

	/** By id, oldest first. */
	private final Map<String, Buried> buried = new LinkedHashMap<>();

	private long lastBuried;

	/**
	 * Events that are not acknowledged: waiting, being handled or between two attempts.
	 */
	private int held;

	private int workers;

	/** Calls that are under way, which keep the channel from being forgotten. */
	private int calls;

	/** Whether the timer will look for what has expired. */
	private boolean watched;

	/**
	 * Raised by a flush: what an older generation gives back is forgotten.
	 */
	private int generation;

	/**
	 * @param whenUnused called when nothing is left in the channel and it has no worker,
	 * without any lock
	 */
	MemoryWorkerChannel(ChannelName name, LayerSettings settings, DropCounter drops, ScheduledExecutorService timer,
			LongSupplier nanoTime, Runnable whenUnused) {
		this.name = name;
		this.capacity = settings.capacityOf(name);
		this.expiryNanos = settings.workerExpiry().toNanos();
		this.drops = drops;
		this.timer = timer;
		this.nanoTime = nanoTime;
		this.whenUnused = whenUnused;
		this.pool = new WorkerPool<>(name, this);
	}

	int capacity() {
		return this.capacity;
	}

	/**
	 * Begin a call, during which the channel is not forgotten.
	 */
	synchronized void enter() {
		this.calls++;
	}

	synchronized void exit() {
		this.calls--;
	}

	/**
	 * Whether the channel may be forgotten.
	 */
	synchronized boolean isUnused() {
		return this.calls == 0 && this.workers == 0 && this.held == 0 && this.buried.isEmpty();
	}

	synchronized boolean isServed() {
		return this.workers > 0;
	}

	/**
	 * Add an event.
	 */
	Offered offer(SharedEvent event) {
		boolean first;
		synchronized (this) {
			removeExpired();
			if (this.held >= this.capacity) {
				return Offered.FULL;
			}
			first = this.held == 0 && this.workers == 0 && this.buried.isEmpty();
			add(event);
		}
		this.pool.dispatch();
		watch();
		return first ? Offered.FIRST : Offered.TAKEN;
	}

	private void add(SharedEvent event) {
		this.held++;
		this.fresh.add(new MemoryJob(event, this.nanoTime.getAsLong(), this.generation));
	}

	WorkerSubscription work(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
		return this.pool.work(retry, handler);
	}

	synchronized List<DeadLetter> deadLetters(int limit) {
		return this.buried.values().stream().limit(limit).map(Buried::letter).toList();
	}

	/**
	 * Send dead letters again, as far as there is room.
	 * @param id which one, {@code null} for all
	 */
	Redelivered redeliver(@Nullable String id) {
		int number = 0;
		boolean full = false;
		synchronized (this) {
			removeExpired();
			for (String candidate : chosen(id)) {
				if (this.held >= this.capacity) {
					full = true;
					break;
				}
				add(remove(candidate).event());
				number++;
			}
		}
		this.pool.dispatch();
		watch();
		return new Redelivered(number, full);
	}

	/**
	 * Forget dead letters.
	 * @param id which one, {@code null} for all
	 * @return how many there were
	 */
	synchronized long discard(@Nullable String id) {
		List<String> ids = chosen(id);
		ids.forEach(this::remove);
		return ids.size();
	}

	private List<String> chosen(@Nullable String id) {
		if (id == null) {
			return new ArrayList<>(this.buried.keySet());
		}
		return this.buried.containsKey(id) ? List.of(id) : List.of();
	}

	@SuppressWarnings("NullAway") // called for ids that are there
	private Buried remove(String id) {
		return this.buried.remove(id);
	}

	synchronized void clear() {
		this.fresh.clear();
		this.again.clear();
		this.buried.clear();
		this.held = 0;
		this.generation++;
	}

	@Override
	public synchronized @Nullable MemoryJob next() {
		removeExpired();
		MemoryJob job = this.again.poll();
		return (job != null) ? job : this.fresh.poll();
	}

	private void removeExpired() {
		while (untilExpiry() < 0) {
			MemoryJob job = this.fresh.remove();
			this.held--;
			this.drops.dropped(DropReason.EXPIRED, () -> job + " for worker channel '" + this.name + "'");
		}
	}

	/**
	 * Return for how long the oldest event may still wait, negative if it has expired;
	 * the greatest value if none is there that could.
	 */
	private long untilExpiry() {
		MemoryJob oldest = this.fresh.peek();
		return (this.expiryNanos > 0 && oldest != null) ? oldest.since - (this.nanoTime.getAsLong() - this.expiryNanos)
				: Long.MAX_VALUE;
	}

	/**
	 * Drop what expires when it does, also where no worker ever comes and nobody sends
	 * again.
	 */
	private void watch() {
		long wait;
		synchronized (this) {
			wait = untilExpiry();
			if (this.watched || wait == Long.MAX_VALUE) {
				return;
			}
			this.watched = true;
		}
		try {
			this.timer.schedule(this::dropExpired, Math.max(wait, 0) + 1, TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed", ex);
		}
	}

	private void dropExpired() {
		synchronized (this) {
			this.watched = false;
			removeExpired();
		}
		watch();
		this.whenUnused.run();
	}

	@Override
	public CompletionStage<?> acknowledge(MemoryJob job) {
		boolean ended;
		synchronized (this) {
			ended = isOfToday(job);
			if (ended) {
				this.held--;
			}
		}
		if (ended) {
			this.whenUnused.run();
		}
		return CompletableFuture.completedStage(null);
	}

	@Override
	public void retry(MemoryJob job, Duration pause) {
		synchronized (this) {
			if (!isOfToday(job)) {
				return;
			}
		}
		this.timer.schedule(() -> {
			synchronized (this) {
				if (isOfToday(job)) {
					this.again.add(job);
				}
			}
			this.pool.dispatch();
		}, pause.toNanos(), TimeUnit.NANOSECONDS);
	}

	@Override
	public CompletionStage<?> bury(MemoryJob job, String error) {
		Event event = new Event(job.event.type(), job.event.payload(Map.class));
		synchronized (this) {
			if (isOfToday(job)) {
				this.held--;
				if (this.buried.size() == MAX_DEAD_LETTERS) {
					Iterator<String> oldest = this.buried.keySet().iterator();
					oldest.next();
					oldest.remove();
					this.drops.dropped(DropReason.DEAD_LETTERS_FULL,
							() -> "dead letter of worker channel '" + this.name + "'");
				}
				String id = Long.toString(++this.lastBuried);
				this.buried.put(id,
						new Buried(new DeadLetter(id, event, job.attempts(), error, Instant.now()), job.event));
			}
		}
		return CompletableFuture.completedStage(null);
	}

	private boolean isOfToday(MemoryJob job) {
		return job.generation == this.generation;
	}

	@Override
	public synchronized void joined() {
		this.workers++;
	}

	@Override
	public CompletionStage<?> left() {
		synchronized (this) {
			this.workers--;
		}
		this.whenUnused.run();
		return CompletableFuture.completedStage(null);
	}

	/**
	 * What became of an event that was sent.
	 */
	enum Offered {

		TAKEN,

		/** It is the first one of a channel that never had a worker. */
		FIRST,

		FULL

	}

	/**
	 * @param number how many dead letters were sent again
	 * @param full whether there was no room for all
	 */
	record Redelivered(int number, boolean full) {

	}

	private record Buried(DeadLetter letter, SharedEvent event) {

	}

	/**
	 * An event in this process.
	 */
	static final class MemoryJob extends Job {

		private final SharedEvent event;

		private final long since;

		private final int generation;

		MemoryJob(SharedEvent event, long since, int generation) {
			super(0);
			this.event = event;
			this.since = since;
			this.generation = generation;
		}

		@Override
		public SharedEvent event() {
			return this.event;
		}

		@Override
		public String toString() {
			return this.event.toString();
		}

	}

}
