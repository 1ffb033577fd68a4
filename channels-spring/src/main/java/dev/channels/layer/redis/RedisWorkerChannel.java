package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

import dev.channels.RetryPolicy;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.RateLimitedLog;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.UndecodableEventException;
import dev.channels.layer.WorkerSubscription;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * The workers of this node for one worker channel. It reads as many events as it has idle
 * workers, says every now and then that it still works on what it holds (also on what
 * waits for another attempt), and takes over what nobody says that of.
 * <p>
 * Fields are guarded by this object's monitor, which is never held while a worker is
 * called. Nothing blocks.
 */
final class RedisWorkerChannel {

	private static final Log logger = LogFactory.getLog(RedisWorkerChannel.class);

	private static final RateLimitedLog deadLetterLog = new RateLimitedLog(logger);

	private static final RateLimitedLog readLog = new RateLimitedLog(logger);

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final String name;

	private final EventStream stream;

	private final EventReader reader;

	private final Function<byte[], SharedEvent> decoder;

	private final DropCounter drops;

	private final ScheduledExecutorService timer;

	private final long claimMillis;

	private final Deque<Worker> idle = new ArrayDeque<>();

	/** Everything that this node owns, by id. */
	private final Map<String, Job> held = new HashMap<>();

	/** Held events that the next idle worker gets. */
	private final Deque<Job> ready = new ArrayDeque<>();

	private int workers;

	private boolean reading;

	private boolean pausing;

	/** Whether it is time to look for what others left behind. */
	private boolean claimDue = true;

	private @Nullable ScheduledFuture<?> upkeep;

	private @Nullable CompletableFuture<Void> left;

	RedisWorkerChannel(String name, EventStream stream, EventReader reader, Function<byte[], SharedEvent> decoder,
			DropCounter drops, ScheduledExecutorService timer, Duration claimTimeout) {
		this.name = name;
		this.stream = stream;
		this.reader = reader;
		this.decoder = decoder;
		this.drops = drops;
		this.timer = timer;
		this.claimMillis = claimTimeout.toMillis();
	}

	WorkerSubscription work(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
		Worker worker = new Worker(retry, handler);
		CompletableFuture<Void> stays;
		synchronized (this) {
			this.idle.add(worker);
			this.workers++;
			stays = this.left;
			this.left = null;
			if (this.upkeep == null) {
				long period = this.claimMillis / 3;
				this.upkeep = this.timer.scheduleWithFixedDelay(this::upkeep, 0, period, TimeUnit.MILLISECONDS);
			}
		}
		if (stays != null) {
			stays.complete(null);
		}
		pump();
		return worker;
	}

	/**
	 * @return completes when the last worker has ended, everything is given back and
	 * nothing is read any more; at once if there are workers
	 */
	synchronized CompletionStage<Void> whenLeft() {
		return (this.left != null) ? this.left : CompletableFuture.completedStage(null);
	}

	/**
	 * Bring events and idle workers together, and read if workers are left over.
	 */
	private void pump() {
		Map<Worker, Job> begin = new HashMap<>();
		int count = 0;
		boolean claim = false;
		synchronized (this) {
			while (!this.ready.isEmpty() && !this.idle.isEmpty()) {
				Worker worker = this.idle.remove();
				worker.current = this.ready.remove();
				begin.put(worker, worker.current);
			}
			if (!this.reading && !this.pausing && !this.idle.isEmpty()) {
				this.reading = true;
				count = this.idle.size();
				claim = this.claimDue;
				this.claimDue = false;
			}
		}
		begin.forEach(Worker::handle);
		if (count > 0) {
			(claim ? claimOrRead(count) : this.reader.read(this.stream, count)).whenComplete(this::haveRead);
		}
	}

	/**
	 * What others left behind comes first: it is older than what nobody has read.
	 */
	private CompletionStage<List<EventStream.Entry>> claimOrRead(int count) {
		return this.stream.claim(this.claimMillis, count).thenCompose((claimed) -> {
			if (claimed.isEmpty()) {
				return this.reader.read(this.stream, count);
			}
			synchronized (this) {
				this.claimDue = true;
			}
			return CompletableFuture.completedStage(claimed);
		});
	}

	private void haveRead(@Nullable List<EventStream.Entry> entries, @Nullable Throwable failure) {
		boolean leave;
		synchronized (this) {
			this.reading = false;
			if (entries != null) {
				entries.forEach(this::hold);
				this.claimDue |= entries.isEmpty();
			}
			else {
				this.pausing = true;
			}
			leave = this.workers == 0;
		}
		if (leave) {
			leave();
			return;
		}
		if (failure != null) {
			readLog.warn(() -> "Events of worker channel '" + this.name + "' cannot be read, trying on: "
					+ RedisLink.failed(failure).getMessage());
			this.timer.schedule(() -> {
				synchronized (this) {
					this.pausing = false;
				}
				pump();
			}, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
		}
		pump();
	}

	private void hold(EventStream.Entry entry) {
		if (!this.held.containsKey(entry.id())) {
			Job job = new Job(entry);
			this.held.put(entry.id(), job);
			this.ready.add(job);
		}
	}

	private void upkeep() {
		Map<String, Integer> mine;
		synchronized (this) {
			this.claimDue = true;
			mine = attempts();
		}
		if (!mine.isEmpty()) {
			this.stream.renew(mine).thenAccept(this::lost);
		}
	}

	private Map<String, Integer> attempts() {
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
				readLog.warn(() -> "Another worker took over an event of worker channel '" + this.name
						+ "' that this node still held: it is handled twice");
			}
		}
	}

	private void handled(Job job, Worker worker, @Nullable Throwable failure) {
		if (failure == null) {
			end(job, () -> this.stream.acknowledge(job.entry.id()));
		}
		else if (job.attempts < worker.retry.maxAttempts() && !(failure instanceof UndecodableEventException)) {
			this.timer.schedule(() -> {
				synchronized (this) {
					if (!job.lost && this.held.containsKey(job.entry.id())) {
						this.ready.add(job);
					}
				}
				pump();
			}, worker.retry.backoffAfter(job.attempts).toNanos(), TimeUnit.NANOSECONDS);
		}
		else {
			bury(job, failure);
		}
	}

	private void bury(Job job, Throwable failure) {
		String error = failure.getClass().getName() + ": " + failure.getMessage();
		long now = System.currentTimeMillis();
		end(job, () -> this.stream.bury(job.entry, job.attempts, error, now).thenApply((gone) -> {
			if (gone > 0) {
				this.drops.dropped(DropReason.DEAD_LETTERS_FULL, "dead letter of worker channel '" + this.name + "'");
			}
			return gone;
		}));
		deadLetterLog.warn(() -> "Gave up on an event of worker channel '" + this.name + "' after " + job.attempts
				+ " attempt(s): " + failure.getClass().getName());
	}

	/**
	 * Tell Redis that an event needs no more work, as often as it takes: the event is
	 * held meanwhile, so that nobody handles it again.
	 */
	private void end(Job job, Supplier<CompletionStage<Long>> command) {
		command.get().whenComplete((result, failure) -> {
			synchronized (this) {
				if (failure == null || job.lost) {
					this.held.remove(job.entry.id());
					job.ended.complete(null);
					return;
				}
			}
			this.timer.schedule(() -> end(job, command), PAUSE.toNanos(), TimeUnit.NANOSECONDS);
		});
	}

	/**
	 * The last worker is gone: give back what none of them has begun.
	 */
	private void leave() {
		CompletableFuture<Void> done;
		Map<String, Integer> mine;
		ScheduledFuture<?> upkeep;
		synchronized (this) {
			if (this.workers > 0 || this.reading || this.left == null) {
				return;
			}
			done = this.left;
			mine = attempts();
			this.held.clear();
			this.ready.clear();
			upkeep = this.upkeep;
			this.upkeep = null;
		}
		if (upkeep != null) {
			upkeep.cancel(false);
		}
		this.stream.release(mine, this.claimMillis).whenComplete((result, failure) -> done.complete(null));
	}

	/**
	 * Reads from the stream with a connection of its own.
	 */
	interface EventReader {

		CompletionStage<List<EventStream.Entry>> read(EventStream stream, int count);

	}

	private static final class Job {

		private final EventStream.Entry entry;

		private final CompletableFuture<Void> ended = new CompletableFuture<>();

		/** Attempts that were begun. Written by one worker at a time. */
		private volatile int attempts;

		private volatile boolean lost;

		Job(EventStream.Entry entry) {
			this.entry = entry;
			this.attempts = entry.attempts();
		}

	}

	private final class Worker implements WorkerSubscription {

		private final RetryPolicy retry;

		private final Function<SharedEvent, CompletionStage<?>> handler;

		private boolean stopping;

		/** What it was given and is not done with. */
		private @Nullable Job current;

		private final CompletableFuture<Void> stopped = new CompletableFuture<>();

		Worker(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
			this.retry = retry;
			this.handler = handler;
		}

		void handle(Job job) {
			if (job.attempts >= this.retry.maxAttempts()) {
				done(job, new IllegalStateException("every worker that had it died or was cut off"));
				return;
			}
			job.attempts++;
			CompletionStage<?> stage;
			try {
				stage = this.handler.apply(RedisWorkerChannel.this.decoder.apply(job.entry.event()));
			}
			catch (RuntimeException ex) {
				stage = CompletableFuture.failedStage(ex);
			}
			stage.whenComplete((result, failure) -> done(job,
					(failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause()
							: failure));
		}

		private void done(Job job, @Nullable Throwable failure) {
			handled(job, this, failure);
			boolean finished;
			synchronized (RedisWorkerChannel.this) {
				this.current = null;
				finished = this.stopping;
				if (!finished) {
					RedisWorkerChannel.this.idle.add(this);
				}
			}
			if (finished) {
				if (failure == null) {
					job.ended.whenComplete((result, ignored) -> finish());
				}
				else {
					finish();
				}
			}
			else {
				pump();
			}
		}

		@Override
		public CompletionStage<Void> stop() {
			boolean free;
			synchronized (RedisWorkerChannel.this) {
				if (this.stopping) {
					return this.stopped;
				}
				this.stopping = true;
				free = this.current == null;
				RedisWorkerChannel.this.idle.remove(this);
			}
			if (free) {
				finish();
			}
			return this.stopped;
		}

		/**
		 * A read that waits does not delay the end of the last worker: what it brings is
		 * given back at once.
		 */
		private void finish() {
			CompletableFuture<Void> left = null;
			synchronized (RedisWorkerChannel.this) {
				if (--RedisWorkerChannel.this.workers == 0) {
					RedisWorkerChannel.this.left = new CompletableFuture<>();
					left = RedisWorkerChannel.this.reading ? null : RedisWorkerChannel.this.left;
				}
			}
			if (left == null) {
				this.stopped.complete(null);
				return;
			}
			left.whenComplete((result, failure) -> this.stopped.complete(null));
			leave();
		}

	}

}
