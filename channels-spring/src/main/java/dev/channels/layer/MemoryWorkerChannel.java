package dev.channels.layer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A worker channel within one process. Fields are guarded by this object's monitor, which
 * is never held while a worker is called.
 */
final class MemoryWorkerChannel {

	private static final Log logger = LogFactory.getLog(MemoryWorkerChannel.class);

	static final int MAX_DEAD_LETTERS = 1000;

	private static final RateLimitedLog deadLetterLog = new RateLimitedLog(logger);

	private final ChannelName name;

	private final int capacity;

	private final long expiryNanos;

	private final DropCounter drops;

	private final ScheduledExecutorService timer;

	private final LongSupplier nanoTime;

	private final Deque<Job> waiting = new ArrayDeque<>();

	private final Deque<Worker> idle = new ArrayDeque<>();

	private final Deque<DeadLetter> deadLetters = new ArrayDeque<>();

	private final AtomicInteger rounds = new AtomicInteger();

	/**
	 * Events that are not acknowledged: waiting, being handled or between two attempts.
	 */
	private int held;

	/**
	 * Raised by a flush: what an older generation gives back is forgotten.
	 */
	private int generation;

	MemoryWorkerChannel(ChannelName name, LayerSettings settings, DropCounter drops, ScheduledExecutorService timer,
			LongSupplier nanoTime) {
		this.name = name;
		this.capacity = settings.capacityOf(name);
		this.expiryNanos = settings.workerExpiry().toNanos();
		this.drops = drops;
		this.timer = timer;
		this.nanoTime = nanoTime;
	}

	int capacity() {
		return this.capacity;
	}

	/**
	 * Add an event.
	 * @return {@code false} if the channel is full
	 */
	boolean offer(SharedEvent event) {
		synchronized (this) {
			removeExpired();
			if (this.held >= this.capacity) {
				return false;
			}
			this.held++;
			this.waiting.add(new Job(event, this.nanoTime.getAsLong(), this.generation, 0));
		}
		dispatch();
		return true;
	}

	WorkerSubscription work(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
		Worker worker = new Worker(retry, handler);
		synchronized (this) {
			this.idle.add(worker);
		}
		dispatch();
		return worker;
	}

	synchronized List<DeadLetter> deadLetters(int limit) {
		return this.deadLetters.stream().limit(limit).toList();
	}

	synchronized void clear() {
		this.waiting.clear();
		this.deadLetters.clear();
		this.held = 0;
		this.generation++;
	}

	/**
	 * Bring events and idle workers together. A worker that is done at once comes back
	 * here: the counter makes that another round of the loop instead of a deeper stack.
	 */
	private void dispatch() {
		if (this.rounds.getAndIncrement() != 0) {
			return;
		}
		int done = 1;
		do {
			while (dispatchOne()) {
				continue;
			}
			done = this.rounds.addAndGet(-done);
		}
		while (done != 0);
	}

	private boolean dispatchOne() {
		Worker worker;
		Job job;
		synchronized (this) {
			removeExpired();
			if (this.waiting.isEmpty() || this.idle.isEmpty()) {
				return false;
			}
			worker = this.idle.remove();
			job = this.waiting.remove();
			worker.busy = true;
		}
		worker.handle(job);
		return true;
	}

	private void removeExpired() {
		if (this.expiryNanos == 0) {
			return;
		}
		long oldest = this.nanoTime.getAsLong() - this.expiryNanos;
		this.waiting.removeIf((job) -> {
			boolean expired = job.attempts == 0 && job.since - oldest < 0;
			if (expired) {
				this.held--;
				this.drops.dropped(DropReason.EXPIRED, job.event + " for worker channel '" + this.name + "'");
			}
			return expired;
		});
	}

	private void handled(Job job, RetryPolicy retry, @Nullable Throwable failure) {
		Job next = null;
		synchronized (this) {
			if (job.generation != this.generation) {
				return;
			}
			if (failure != null && job.attempts + 1 < retry.maxAttempts()
					&& !(failure instanceof UndecodableEventException)) {
				next = new Job(job.event, job.since, job.generation, job.attempts + 1);
			}
			else {
				this.held--;
			}
		}
		if (next != null) {
			retryLater(next, retry.backoffAfter(next.attempts));
		}
		else if (failure != null) {
			bury(job, failure);
		}
	}

	private void retryLater(Job job, Duration backoff) {
		this.timer.schedule(() -> {
			synchronized (this) {
				if (job.generation == this.generation) {
					this.waiting.add(job);
				}
			}
			dispatch();
		}, backoff.toNanos(), TimeUnit.NANOSECONDS);
	}

	private void bury(Job job, Throwable failure) {
		int attempts = job.attempts + 1;
		String error = failure.getClass().getName() + ": " + failure.getMessage();
		Event event = new Event(job.event.type(), job.event.payload(Map.class));
		synchronized (this) {
			if (this.deadLetters.size() == MAX_DEAD_LETTERS) {
				this.deadLetters.remove();
				this.drops.dropped(DropReason.DEAD_LETTERS_FULL, "dead letter of worker channel '" + this.name + "'");
			}
			this.deadLetters.add(new DeadLetter(event, attempts, error, Instant.now()));
		}
		deadLetterLog.warn(() -> "Gave up on " + job.event + " of worker channel '" + this.name + "' after " + attempts
				+ " attempt(s): " + failure.getClass().getName());
	}

	private record Job(SharedEvent event, long since, int generation, int attempts) {

	}

	private final class Worker implements WorkerSubscription {

		private final RetryPolicy retry;

		private final Function<SharedEvent, CompletionStage<?>> handler;

		private final CompletableFuture<Void> stopped = new CompletableFuture<>();

		private boolean busy;

		private boolean stopping;

		Worker(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
			this.retry = retry;
			this.handler = handler;
		}

		void handle(Job job) {
			CompletionStage<?> stage;
			try {
				stage = this.handler.apply(job.event);
			}
			catch (Throwable ex) {
				stage = CompletableFuture.failedStage(ex);
			}
			stage.whenComplete((result, failure) -> {
				handled(job, this.retry, (failure != null) ? Failures.unwrap(failure) : null);
				release();
			});
		}

		private void release() {
			boolean done;
			synchronized (MemoryWorkerChannel.this) {
				this.busy = false;
				done = this.stopping;
				if (!done) {
					MemoryWorkerChannel.this.idle.add(this);
				}
			}
			if (done) {
				this.stopped.complete(null);
			}
			else {
				dispatch();
			}
		}

		@Override
		public CompletionStage<Void> stop() {
			boolean done;
			synchronized (MemoryWorkerChannel.this) {
				this.stopping = true;
				MemoryWorkerChannel.this.idle.remove(this);
				done = !this.busy;
			}
			if (done) {
				this.stopped.complete(null);
			}
			return this.stopped;
		}

	}

}
