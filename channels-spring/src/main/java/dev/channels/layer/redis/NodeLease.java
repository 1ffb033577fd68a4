package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelLayerException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says each second that this node lives, and learns what time it is in Redis and which
 * nodes do not live any more.
 */
final class NodeLease {

	private static final Log logger = LogFactory.getLog(NodeLease.class);

	private final CommandSender redis;

	private final RedisNames names;

	private final String node;

	private final Duration lease;

	private volatile long time;

	/**
	 * The time in Redis when this node came back after its lease had ended, zero if it
	 * never did.
	 */
	private volatile long backSince;

	// guarded by this
	private boolean ended;

	NodeLease(CommandSender redis, RedisNames names, String node, Duration lease) {
		this.redis = redis;
		this.names = names;
		this.node = node;
		this.lease = lease;
	}

	/**
	 * Renew the lease.
	 * @return completes on an I/O thread
	 */
	synchronized CompletionStage<Beat> beat() {
		if (this.ended) {
			return CompletableFuture.failedStage(new ChannelLayerException("The layer is closed"));
		}
		return this.redis
			.<List<Object>>send((commands) -> Script.HEARTBEAT.run(commands, List.of(this.names.nodesKey()), this.node,
					this.lease.toMillis()))
			.thenApply((reply) -> {
				boolean first = this.time == 0;
				long now = (Long) reply.get(0);
				this.time = now;
				boolean held = (Long) reply.get(1) == 1;
				if (!held && !first) {
					this.backSince = now;
					logger.info("The lease of this node had ended, its members are registered again");
				}
				List<String> dead = ((List<?>) reply.get(2)).stream().map(Script::text).toList();
				return new Beat(held, isJustBack(now) ? List.of() : dead, Duration.ofMillis((Long) reply.get(3)));
			});
	}

	/**
	 * Whether this node was away a moment ago. What kept it from saying that it lives may
	 * have kept others.
	 */
	private boolean isJustBack(long now) {
		long since = now - this.backSince;
		return this.backSince != 0 && since >= 0 && since < this.lease.toMillis();
	}

	/**
	 * Give the lease up, so that nobody looks for members of this node. No heartbeat
	 * follows.
	 * @return completes on an I/O thread
	 */
	synchronized CompletionStage<Long> end() {
		this.ended = true;
		return this.redis.send((commands) -> commands.zrem(this.names.nodesKey(), Script.bytes(this.node)));
	}

	/**
	 * Return the time in Redis at the last heartbeat, in milliseconds: what is written
	 * with this time or a later one is not removed by a node that has declared this one
	 * dead before.
	 */
	long time() {
		return this.time;
	}

	/**
	 * @param held whether nobody can have declared this node dead
	 * @param dead nodes whose lease has ended; none as long as this one is just back
	 * itself, since others may be back in a moment
	 * @param nextEnd in what time the next lease will have ended, unless it is renewed
	 */
	record Beat(boolean held, List<String> dead, Duration nextEnd) {

	}

}
