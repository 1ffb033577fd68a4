package dev.channels.layer.redis;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

import dev.channels.ChannelLayerException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.LocalDelivery;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the members of this node in the registry. Joins and leaves only mark what has
 * changed in a {@link MembershipJournal}; one task at a time has a {@link RegistryWriter}
 * write what is marked, a batch after the other. After a gap everything is marked once
 * more, and what a {@link RenewalSchedule} says each second.
 * <p>
 * Joins and leaves may come from any thread. What is called each second or after a gap is
 * called by the maintenance thread; the executor's thread writes.
 */
final class GroupRegistry {

	private static final Log logger = LogFactory.getLog(GroupRegistry.class);

	/** Memberships have to be written again before they expire. */
	private static final Duration SHORTEST_EXPIRY = Duration.ofSeconds(8);

	private static final Duration LONGEST_PERIOD = Duration.ofMinutes(10);

	private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

	private final CommandSender redis;

	private final NodeLease lease;

	private final Executor executor;

	private final MembershipJournal journal;

	private final RegistryWriter writer;

	private final RenewalSchedule renewals;

	// guarded by this
	private boolean writing;

	/** Why there is no time to write with, as far as that is known. */
	private volatile @Nullable ChannelLayerException timeless;

	/**
	 * @param executor runs the writes one after the other; they block it
	 */
	GroupRegistry(CommandSender redis, RedisNames names, LocalDelivery local, NodeLease lease, String node,
			Duration expiry, Executor executor) {
		this(redis, names, local, lease, node, expiry, executor, System::nanoTime);
	}

	GroupRegistry(CommandSender redis, RedisNames names, LocalDelivery local, NodeLease lease, String node,
			Duration expiry, Executor executor, LongSupplier nanoTime) {
		this.redis = redis;
		this.lease = lease;
		this.executor = executor;
		Duration longest = (expiry.compareTo(SHORTEST_EXPIRY) > 0) ? expiry : SHORTEST_EXPIRY;
		this.journal = new MembershipJournal(local, nanoTime);
		this.writer = new RegistryWriter(redis, names, node, lease::time, longest);
		Duration period = longest.dividedBy(8);
		this.renewals = new RenewalSchedule(local, (period.compareTo(LONGEST_PERIOD) < 0) ? period : LONGEST_PERIOD,
				nanoTime);
	}

	/**
	 * A connection of this node has joined or left a group.
	 * @return completes when the registry knows it; fails with a
	 * {@link ChannelLayerException} if it could not be told, it is told later then
	 */
	CompletionStage<Void> changed(GroupName group, ChannelName channel) {
		CompletionStage<Void> written = this.journal.changed(new Membership(group, channel));
		ChannelLayerException timeless = this.timeless;
		if (timeless != null && this.lease.time() == 0) {
			return CompletableFuture.failedStage(timeless);
		}
		writeSoon();
		return written;
	}

	/**
	 * Redis may have lost anything: write all memberships again, and repeat the removals
	 * of the time before the loss.
	 */
	void restore() {
		this.writer.indexLost();
		this.journal.markAll();
		this.renewals.restart();
		writeSoon();
	}

	/**
	 * Redis has answered to a heartbeat, as it does each second: write what is due, so
	 * that all memberships had their turn long before they expire, and what could not be
	 * written before.
	 * @param sound whether nothing can have been lost since the last restore
	 */
	void refresh(boolean sound) {
		this.timeless = null;
		if (sound) {
			this.journal.forgetOldRemovals();
		}
		this.renewals.due().forEach(this.journal::renew);
		retry();
	}

	/**
	 * There was no answer to a heartbeat, but other commands may succeed.
	 */
	void refreshFailed(Throwable failure) {
		if (this.lease.time() == 0) {
			ChannelLayerException told = RedisCalls.failed(failure);
			this.timeless = told;
			this.journal.giveUp(told);
		}
		retry();
	}

	private void retry() {
		this.journal.retry();
		writeSoon();
	}

	/**
	 * Write what is marked, unless that is under way or has no chance now.
	 */
	void writeSoon() {
		synchronized (this) {
			if (this.writing || !canWrite() || !this.journal.hasWork()) {
				return;
			}
			this.writing = true;
		}
		try {
			this.executor.execute(this::write);
		}
		catch (RejectedExecutionException ex) {
			written();
			this.journal.giveUp(new ChannelLayerException("The layer is closed", ex));
		}
	}

	private boolean canWrite() {
		return this.redis.isOpen() && this.lease.time() != 0;
	}

	private void write() {
		try {
			MembershipJournal.Batch batch = canWrite() ? this.journal.take() : null;
			while (batch != null) {
				write(batch);
				batch = canWrite() ? this.journal.take() : null;
			}
		}
		finally {
			written();
		}
		// what was marked after the last look
		writeSoon();
	}

	private synchronized void written() {
		this.writing = false;
	}

	private void write(MembershipJournal.Batch batch) {
		ChannelLayerException failure = new ChannelLayerException("The group registry could not be written");
		try {
			this.writer.write(batch);
			failure = null;
		}
		catch (RuntimeException ex) {
			logger.warn("The group registry could not be written, this is tried again", ex);
		}
		finally {
			batch.end(failure);
		}
	}

	/**
	 * Remove all members of this node, which ends, and then the node. Blocks for five
	 * seconds at most. If members may be left, the node is as well, and other nodes
	 * remove both when its lease ends.
	 */
	void close() {
		this.journal.retry();
		this.journal.markRegistered();
		try {
			CompletableFuture.runAsync(this::write, this.executor).get(CLOSE_LIMIT.toNanos(), TimeUnit.NANOSECONDS);
			if (this.journal.hasRegistered()) {
				throw new ChannelLayerException("Redis does not take it");
			}
			RedisCalls.await(this.lease.end());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException | ChannelLayerException | RejectedExecutionException ex) {
			logger.info("The members of this node could not be removed from the registry, others will do it later: "
					+ ex.getMessage());
		}
	}

	/**
	 * Forget what was written: Redis is emptied, and there are no members here any more.
	 */
	void clear() {
		this.journal.clear();
		this.writer.indexLost();
	}

	/**
	 * Return how many memberships are kept in mind.
	 */
	int size() {
		return this.journal.size();
	}

}
