package dev.channels.layer.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Says each second that this node lives, and learns what time it is in Redis and which
 * nodes do not live any more.
 */
final class NodeLease {

	private static final Log logger = LogFactory.getLog(NodeLease.class);

	private final RedisLink link;

	private final RedisNames names;

	private final String node;

	private final Duration lease;

	private volatile long time;

	NodeLease(RedisLink link, RedisNames names, String node, Duration lease) {
		this.link = link;
		this.names = names;
		this.node = node;
		this.lease = lease;
	}

	/**
	 * Renew the lease.
	 * @return completes on an I/O thread
	 */
	CompletionStage<Beat> beat() {
		return this.link
			.<List<Object>>send((commands) -> Script.HEARTBEAT.run(commands, List.of(this.names.nodesKey()), this.node,
					this.lease.toMillis()))
			.thenApply((reply) -> {
				boolean first = this.time == 0;
				this.time = (Long) reply.get(0);
				boolean held = (Long) reply.get(1) == 1;
				if (!held && !first) {
					logger.info("The lease of this node had ended, its members are registered again");
				}
				List<String> dead = ((List<?>) reply.get(2)).stream().map(Script::text).toList();
				return new Beat(held, dead);
			});
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
	 * @param dead nodes whose lease has ended
	 */
	record Beat(boolean held, List<String> dead) {

	}

}
