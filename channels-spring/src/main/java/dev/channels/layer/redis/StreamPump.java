package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Brings events of a stream to this node as long as it has workers. It fetches as many as
 * there are idle workers: first it ends what has expired, then it takes over what nobody
 * says a word of, then it reads what is new. Every now and then it says that this node is
 * still at what it holds, and looks for what was given to this node in an answer that
 * never came.
 * <p>
 * Fields are guarded by this object's monitor, under which nothing is called that calls
 * back. Nothing blocks.
 */
final class StreamPump {

	private static final Log logger = LogFactory.getLog(StreamPump.class);

	private static final Duration PAUSE = Duration.ofMillis(250);

	/** What is expired is looked for this often, or before each read if that is rarer. */
	private static final long EXPIRY_INTERVAL = Duration.ofMillis(100).toNanos();

	/** After which an answer does not come any more. */
	private static final long ANSWER_MILLIS = RedisClients.BLOCK.plus(RedisClients.COMMAND_TIMEOUT).toMillis();

	private static final int ADOPTED_AT_A_TIME = 100;

	private final RateLimitedLog readLog = new RateLimitedLog(logger);

	private final String name;

	private final EventStream stream;

	private final EventReader reader;

	private final HeldEvents held;

	private final ExpiryWatch expiry;

	private final ScheduledExecutorService timer;

	private final long claimMillis;

	private final Runnable whenFetched;

	private int workers;

	private boolean fetching;

	private boolean pausing;

	/** Whether it is time to look for what others left behind. */
	private boolean claimDue = true;

	/** When what has expired was looked for. */
	private long expired;

	private boolean neverExpired = true;

	private @Nullable ScheduledFuture<?> upkeep;

	private @Nullable CompletableFuture<Void> left;

	/**
	 * @param whenFetched called when there may be events in what is held
	 */
	StreamPump(String name, EventStream stream, EventReader reader, HeldEvents held, ExpiryWatch expiry,
			ScheduledExecutorService timer, Duration claimTimeout, Runnable whenFetched) {
		this.name = name;
		this.stream = stream;
		this.reader = reader;
		this.held = held;
		this.expiry = expiry;
		this.timer = timer;
		this.claimMillis = claimTimeout.toMillis();
		this.whenFetched = whenFetched;
	}

	void joined() {
		CompletableFuture<Void> stays;
		synchronized (this) {
			// what was given back is older than what nobody has read
			this.claimDue |= this.workers++ == 0;
			stays = this.left;
			this.left = null;
			if (this.upkeep == null) {
				this.upkeep = this.timer.scheduleWithFixedDelay(this::upkeep, 0, this.claimMillis / 3,
						TimeUnit.MILLISECONDS);
			}
		}
		if (stays != null) {
			stays.complete(null);
		}
	}

	/**
	 * @return completes when the node has given back what none of its workers has begun.
	 * A read that waits does not delay the end of the last worker: what it brings is
	 * given back at once
	 */
	CompletionStage<Void> left() {
		CompletableFuture<Void> done = null;
		synchronized (this) {
			if (--this.workers == 0) {
				this.left = new CompletableFuture<>();
				done = this.fetching ? null : this.left;
			}
		}
		if (done == null) {
			return CompletableFuture.completedStage(null);
		}
		leave();
		return done;
	}

	/**
	 * @return completes when the last worker has ended, everything is given back and
	 * nothing is read any more; at once if there are workers
	 */
	synchronized CompletionStage<Void> whenLeft() {
		return (this.left != null) ? this.left : CompletableFuture.completedStage(null);
	}

	/**
	 * Whether there are no workers and nothing is left of them.
	 */
	synchronized boolean isUnused() {
		return this.workers == 0 && !this.fetching && (this.left == null || this.left.isDone());
	}

	/**
	 * Fetch events, unless that is under way.
	 * @param count how many
	 */
	void wanted(int count) {
		boolean claim;
		boolean expire;
		synchronized (this) {
			if (this.fetching || this.pausing || this.workers == 0) {
				return;
			}
			this.fetching = true;
			claim = this.claimDue;
			this.claimDue = false;
			expire = isExpiryDue();
		}
		CompletionStage<?> first = expire ? this.expiry.look(this.stream) : CompletableFuture.completedStage(null);
		first.thenCompose((looked) -> claim ? claimOrRead(count) : this.reader.read(this.stream, count))
			.whenComplete(this::fetched);
	}

	private boolean isExpiryDue() {
		long now = System.nanoTime();
		long interval = Math.min(EXPIRY_INTERVAL, this.expiry.millis() * 1_000_000 / 10);
		boolean due = this.expiry.isOn() && (this.neverExpired || now - this.expired >= interval);
		if (due) {
			this.neverExpired = false;
			this.expired = now;
		}
		return due;
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

	private void fetched(@Nullable List<EventStream.Entry> entries, @Nullable Throwable failure) {
		boolean leave;
		synchronized (this) {
			this.fetching = false;
			if (entries != null) {
				this.held.hold(entries);
			}
			// what did not come may have been given to this node or to one that died
			this.claimDue |= failure != null;
			leave = this.workers == 0;
			// who comes after the last worker has left does not wait for the end of a
			// pause
			this.pausing = failure != null && !leave;
		}
		if (leave) {
			leave();
			return;
		}
		if (failure != null) {
			this.readLog.warn(() -> "Events of worker channel '" + this.name + "' cannot be read, trying on: "
					+ RedisCalls.failed(failure).getMessage());
			resumeLater();
		}
		this.whenFetched.run();
	}

	private void resumeLater() {
		try {
			this.timer.schedule(() -> {
				synchronized (this) {
					this.pausing = false;
				}
				this.whenFetched.run();
			}, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed", ex);
		}
	}

	/**
	 * A task that throws would not be run again.
	 */
	private void upkeep() {
		try {
			synchronized (this) {
				this.claimDue = true;
			}
			this.held.renew();
			this.stream.adopt(ANSWER_MILLIS, ADOPTED_AT_A_TIME, this.held.size()).thenAccept(this::adopted);
		}
		catch (Throwable ex) {
			logger.error("Events of worker channel '" + this.name + "' could not be kept", ex);
		}
	}

	private void adopted(List<EventStream.Entry> entries) {
		synchronized (this) {
			if (entries.isEmpty() || this.workers == 0) {
				return;
			}
			this.held.hold(entries);
		}
		this.whenFetched.run();
	}

	/**
	 * The last worker is gone: give back what none of them has begun.
	 */
	private void leave() {
		CompletableFuture<Void> done;
		Map<String, Integer> mine;
		ScheduledFuture<?> upkeep;
		synchronized (this) {
			if (this.workers > 0 || this.fetching || this.left == null) {
				return;
			}
			done = this.left;
			mine = this.held.removeAll();
			upkeep = this.upkeep;
			this.upkeep = null;
			// under the monitor: a worker that comes now reads with a new connection
			this.reader.close();
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

		/**
		 * Give the connection up, until it is needed again. Not called during a read.
		 */
		void close();

	}

}
