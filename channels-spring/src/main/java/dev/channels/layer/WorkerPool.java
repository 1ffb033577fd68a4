package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.channels.RetryPolicy;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The workers of one worker channel on one node: brings events and idle workers together,
 * and decides what becomes of an event that a worker could not handle. Layers differ in
 * where events come from, which is their {@link JobSource}.
 * <p>
 * Workers are called on whatever thread calls {@link #dispatch()}, completes the stage of
 * a worker, or adds one. Fields are guarded by this object's monitor, which is never held
 * while a worker is called, and under which nothing is called but
 * {@link JobSource#next()}. Nothing blocks.
 *
 * @param <J> an event on its way through workers
 * @since 0.1.0
 */
public final class WorkerPool<J extends Job> {

	private static final Log logger = LogFactory.getLog(WorkerPool.class);

	private final RateLimitedLog deadLetterLog = new RateLimitedLog(logger);

	private final ChannelName channel;

	private final JobSource<J> source;

	private final Deque<Worker> idle = new ArrayDeque<>();

	private final AtomicInteger rounds = new AtomicInteger();

	/**
	 * Create a pool without workers.
	 * @param channel the worker channel, for messages
	 * @param source where events come from
	 */
	public WorkerPool(ChannelName channel, JobSource<J> source) {
		this.channel = channel;
		this.source = source;
	}

	/**
	 * Add a worker.
	 * @param retry what to do when it fails
	 * @param handler handles one event at a time, must not block
	 * @return the subscription
	 */
	public WorkerSubscription work(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
		Worker worker = new Worker(new AttemptPolicy(retry), handler);
		this.source.joined();
		synchronized (this) {
			this.idle.add(worker);
		}
		dispatch();
		return worker;
	}

	/**
	 * Bring events and idle workers together. A worker that is done at once comes back
	 * here: the counter makes that another round of the loop instead of a deeper stack.
	 */
	public void dispatch() {
		if (this.rounds.getAndIncrement() != 0) {
			return;
		}
		int done = 1;
		do {
			try {
				dispatchAll();
			}
			catch (Throwable ex) {
				// whoever comes next has to find the loop at its beginning
				logger.error("Events of worker channel '" + this.channel + "' could not be handed to workers", ex);
			}
			done = this.rounds.addAndGet(-done);
		}
		while (done != 0);
	}

	private void dispatchAll() {
		while (dispatchOne()) {
			continue;
		}
		int left;
		synchronized (this) {
			left = this.idle.size();
		}
		if (left > 0) {
			this.source.wanted(left);
		}
	}

	private boolean dispatchOne() {
		Worker worker;
		J job;
		synchronized (this) {
			job = this.idle.isEmpty() ? null : this.source.next();
			if (job == null) {
				return false;
			}
			worker = this.idle.remove();
			worker.busy = true;
		}
		worker.handle(job);
		return true;
	}

	private final class Worker implements WorkerSubscription {

		private final AttemptPolicy policy;

		private final Function<SharedEvent, CompletionStage<?>> handler;

		private final CompletableFuture<Void> stopped = new CompletableFuture<>();

		private boolean busy;

		private boolean stopping;

		Worker(AttemptPolicy policy, Function<SharedEvent, CompletionStage<?>> handler) {
			this.policy = policy;
			this.handler = handler;
		}

		void handle(J job) {
			if (this.policy.isSpent(job.attempts())) {
				done(job, new IllegalStateException("every worker that had it died or was cut off"));
				return;
			}
			job.begin();
			CompletionStage<?> stage;
			try {
				stage = Objects.requireNonNull(this.handler.apply(job.event()), "the worker returned no stage");
			}
			catch (Throwable ex) {
				stage = CompletableFuture.failedStage(ex);
			}
			stage.whenComplete((result, failure) -> done(job, (failure != null) ? Failures.unwrap(failure) : null));
		}

		/**
		 * Whatever becomes of the event, the worker goes on.
		 */
		private void done(J job, @Nullable Throwable failure) {
			CompletionStage<?> settled = CompletableFuture.completedStage(null);
			try {
				settled = settle(job, failure);
			}
			catch (RejectedExecutionException ex) {
				logger.debug("The layer is closed", ex);
			}
			catch (Throwable ex) {
				logger.error("What became of " + job + " of worker channel '" + WorkerPool.this.channel
						+ "' could not be told", ex);
			}
			release(settled);
		}

		private CompletionStage<?> settle(J job, @Nullable Throwable failure) {
			if (failure == null) {
				return WorkerPool.this.source.acknowledge(job);
			}
			Duration pause = this.policy.pauseAfter(job.attempts(), failure);
			if (pause != null) {
				WorkerPool.this.source.retry(job, pause);
				return CompletableFuture.completedStage(null);
			}
			WorkerPool.this.deadLetterLog
				.warn(() -> "Gave up on " + job + " of worker channel '" + WorkerPool.this.channel + "' after "
						+ job.attempts() + " attempt(s): " + failure.getClass().getName());
			return WorkerPool.this.source.bury(job, AttemptPolicy.describe(failure));
		}

		private void release(CompletionStage<?> settled) {
			boolean ends;
			synchronized (WorkerPool.this) {
				this.busy = false;
				ends = this.stopping;
				if (!ends) {
					WorkerPool.this.idle.add(this);
				}
			}
			if (ends) {
				settled.whenComplete((result, failure) -> end());
			}
			else {
				dispatch();
			}
		}

		@Override
		public CompletionStage<Void> stop() {
			boolean ends;
			synchronized (WorkerPool.this) {
				ends = !this.stopping && !this.busy;
				this.stopping = true;
				WorkerPool.this.idle.remove(this);
			}
			if (ends) {
				end();
			}
			return this.stopped;
		}

		private void end() {
			CompletionStage<?> left;
			try {
				left = WorkerPool.this.source.left();
			}
			catch (RuntimeException ex) {
				left = CompletableFuture.failedStage(ex);
			}
			left.whenComplete((result, failure) -> this.stopped.complete(null));
		}

	}

}
