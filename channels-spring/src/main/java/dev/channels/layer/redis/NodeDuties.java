package dev.channels.layer.redis;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What a node owes the others each second: it says that it lives, keeps its members in
 * the registry, and removes those of nodes that do not live any more. After a gap it
 * writes all its members again. A lease that ends before the next second is looked at
 * when it has. Runs on the maintenance thread.
 */
final class NodeDuties {

	private static final Log logger = LogFactory.getLog(NodeDuties.class);

	private static final RateLimitedLog failures = new RateLimitedLog(logger);

	private static final Duration PERIOD = Duration.ofSeconds(1);

	private final CommandSender redis;

	private final LongSupplier connectedTimes;

	private final BooleanSupplier sound;

	private final NodeLease lease;

	private final GroupRegistry registry;

	private final NodeReaper reaper;

	private final ScheduledExecutorService maintenance;

	/** For which time of being connected the registry was restored. */
	private long restoredFor = -1;

	/**
	 * @param connectedTimes how often the node became connected
	 * @param sound whether nothing is lost at this moment
	 */
	NodeDuties(CommandSender redis, LongSupplier connectedTimes, BooleanSupplier sound, NodeLease lease,
			GroupRegistry registry, NodeReaper reaper, ScheduledExecutorService maintenance) {
		this.redis = redis;
		this.connectedTimes = connectedTimes;
		this.sound = sound;
		this.lease = lease;
		this.registry = registry;
		this.reaper = reaper;
		this.maintenance = maintenance;
	}

	void start() {
		this.maintenance.scheduleAtFixedRate(this::perform, PERIOD.toNanos(), PERIOD.toNanos(), TimeUnit.NANOSECONDS);
	}

	/**
	 * Do what is due. Called each second, and when the node becomes connected.
	 */
	void perform() {
		beat(this::after);
	}

	/**
	 * Look for dead nodes between two regular times.
	 */
	private void lookForDead() {
		beat((beat, times) -> {
			if (beat.held()) {
				removeDead(beat);
			}
			else {
				after(beat, times);
			}
		});
	}

	/**
	 * Say that this node lives, and go on with what that tells.
	 */
	private void beat(Next next) {
		runSafely(() -> {
			if (this.redis.isOpen()) {
				long times = this.connectedTimes.getAsLong();
				this.lease.beat().whenComplete((beat, failure) -> onMaintenance(() -> {
					if (failure != null) {
						logger.debug("No heartbeat", failure);
						this.registry.refreshFailed(failure);
					}
					else {
						next.run(beat, times);
					}
				}));
			}
		});
	}

	private void after(NodeLease.Beat beat, long times) {
		if (!beat.held() || this.restoredFor != times) {
			this.registry.restore();
			this.restoredFor = times;
		}
		this.registry.refresh(times == this.connectedTimes.getAsLong() && this.sound.getAsBoolean());
		removeDead(beat);
	}

	private void removeDead(NodeLease.Beat beat) {
		beat.dead().forEach(this.reaper::reap);
		if (beat.nextEnd().compareTo(PERIOD) < 0) {
			this.maintenance.schedule(this::lookForDead, beat.nextEnd().toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private static void failed(Throwable failure) {
		failures.warn(() -> "The group registry could not be looked after, trying on", failure);
	}

	private void onMaintenance(Runnable task) {
		try {
			this.maintenance.execute(() -> runSafely(task));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed");
		}
	}

	/**
	 * Run a task whose exceptions would end a periodic one for ever, or be seen by
	 * nobody.
	 */
	private static void runSafely(Runnable task) {
		try {
			task.run();
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The layer is closed");
		}
		catch (Throwable ex) {
			failed(ex);
		}
	}

	/**
	 * Goes on after a heartbeat.
	 */
	@FunctionalInterface
	private interface Next {

		/**
		 * @param times how often the node had become connected before the heartbeat
		 */
		void run(NodeLease.Beat beat, long times);

	}

}
