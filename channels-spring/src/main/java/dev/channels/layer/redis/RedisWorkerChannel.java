package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.channels.RetryPolicy;
import dev.channels.layer.DropCounter;
import dev.channels.layer.Failures;
import dev.channels.layer.RateLimitedLog;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.UndecodableEventException;
import dev.channels.layer.WorkerSubscription;
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

	private static final RateLimitedLog readLog = new RateLimitedLog(LogFactory.getLog(RedisWorkerChannel.class));

	private static final Duration PAUSE = Duration.ofMillis(250);

	private final String name;

	private final EventStream stream;

	private final EventReader reader;

	private final Function<byte[], SharedEvent> decoder;

	private final ScheduledExecutorService timer;

	private final long claimMillis;

	private final Deque<Worker> idle = new ArrayDeque<>();

	private final HeldEvents held;

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
		this.timer = timer;
		this.claimMillis = claimTimeout.toMillis();
		this.held = new HeldEvents(name, stream, drops, timer, this::pump);
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
		Map<Worker, HeldEvents.Job> begin = new HashMap<>();
		int count = 0;
		boolean claim = false;
		synchronized (this) {
			while (!this.idle.isEmpty()) {
				HeldEvents.Job job = this.held.next();
				if (job == null) {
					break;
				}
				Worker worker = this.idle.remove();
				worker.busy = true;
				begin.put(worker, job);
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
				this.held.hold(entries);
				this.claimDue |= entries.isEmpty();
			}
			leave = this.workers == 0;
			// who comes after the last worker has left does not wait for the end of a
			// pause
			this.pausing = entries == null && !leave;
		}
		if (leave) {
			leave();
			return;
		}
		if (failure != null) {
			readLog.warn(() -> "Events of worker channel '" + this.name + "' cannot be read, trying on: "
					+ RedisCalls.failed(failure).getMessage());
			this.timer.schedule(() -> {
				synchronized (this) {
					this.pausing = false;
				}
				pump();
			}, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
		}
		pump();
	}

	private void upkeep() {
		synchronized (this) {
			this.claimDue = true;
		}
		this.held.renew();
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
			mine = this.held.removeAll();
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

	private final class Worker implements WorkerSubscription {

		private final RetryPolicy retry;

		private final Function<SharedEvent, CompletionStage<?>> handler;

		private boolean stopping;

		private boolean busy;

		private final CompletableFuture<Void> stopped = new CompletableFuture<>();

		Worker(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
			this.retry = retry;
			this.handler = handler;
		}

		void handle(HeldEvents.Job job) {
			if (job.attempts() >= this.retry.maxAttempts()) {
				done(job, new IllegalStateException("every worker that had it died or was cut off"));
				return;
			}
			job.begin();
			CompletionStage<?> stage;
			try {
				stage = this.handler.apply(RedisWorkerChannel.this.decoder.apply(job.event()));
			}
			catch (Throwable ex) {
				stage = CompletableFuture.failedStage(ex);
			}
			stage.whenComplete((result, failure) -> done(job, (failure != null) ? Failures.unwrap(failure) : null));
		}

		private void done(HeldEvents.Job job, @Nullable Throwable failure) {
			settle(job, failure);
			boolean finished;
			synchronized (RedisWorkerChannel.this) {
				this.busy = false;
				finished = this.stopping;
				if (!finished) {
					RedisWorkerChannel.this.idle.add(this);
				}
			}
			if (finished) {
				if (failure == null) {
					job.ended().whenComplete((result, ignored) -> finish());
				}
				else {
					finish();
				}
			}
			else {
				pump();
			}
		}

		private void settle(HeldEvents.Job job, @Nullable Throwable failure) {
			if (failure == null) {
				RedisWorkerChannel.this.held.acknowledge(job);
			}
			else if (job.attempts() < this.retry.maxAttempts() && !(failure instanceof UndecodableEventException)) {
				RedisWorkerChannel.this.held.retry(job, this.retry.backoffAfter(job.attempts()));
			}
			else {
				RedisWorkerChannel.this.held.bury(job, failure);
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
				free = !this.busy;
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
