package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.channels.ChannelLayerException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;
import io.lettuce.core.ValueScanCursor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Removes the members of nodes that died without a word. Whoever notices first takes a
 * claim, which ends by itself if the reaper dies, too: another one goes on then. Only
 * members are removed that were written before the claim, so that a node that comes back
 * meanwhile keeps what it adds again. The entry of the node goes last.
 */
final class NodeReaper {

	private static final Log logger = LogFactory.getLog(NodeReaper.class);

	private static final Duration CLAIM = Duration.ofSeconds(10);

	private static final long RENEW_AFTER = CLAIM.dividedBy(4).toNanos();

	/** A script over a whole group of 100,000 would stop Redis for 75 ms. */
	private static final int CHUNK = 500;

	private final CommandSender redis;

	private final RedisNames names;

	private final String node;

	private final Executor executor;

	private final RedisLayerListener listener;

	private final Set<String> underWay = ConcurrentHashMap.newKeySet();

	/**
	 * @param executor runs the removals, which block it
	 */
	NodeReaper(CommandSender redis, RedisNames names, String node, Executor executor, RedisLayerListener listener) {
		this.redis = redis;
		this.names = names;
		this.node = node;
		this.executor = executor;
		this.listener = listener;
	}

	/**
	 * Remove the members of a node, unless another node does.
	 */
	void reap(String dead) {
		if (!this.underWay.add(dead)) {
			return;
		}
		try {
			this.executor.execute(() -> {
				try {
					new Removal(dead).run();
				}
				catch (ChannelLayerException ex) {
					logger.debug("Node " + dead + " could not be removed yet", ex);
				}
				finally {
					this.underWay.remove(dead);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.debug("This node ends, others remove node " + dead);
		}
	}

	private final class Removal {

		private final String dead;

		private long claimedAt;

		private long removeUpTo;

		private int removed;

		Removal(String dead) {
			this.dead = dead;
		}

		void run() {
			this.removeUpTo = claim();
			if (this.removeUpTo == 0) {
				return;
			}
			String index = NodeReaper.this.names.nodeGroupsKey(this.dead);
			List<String> groups = new ArrayList<>();
			ScanCursor cursor = ScanCursor.INITIAL;
			do {
				ScanCursor from = cursor;
				ValueScanCursor<byte[]> page = RedisLink.await(NodeReaper.this.redis
					.send((commands) -> commands.sscan(index, from, ScanArgs.Builder.limit(CHUNK))));
				page.getValues().forEach((key) -> groups.add(Script.text(key)));
				cursor = page;
			}
			while (!cursor.isFinished());
			for (String key : groups) {
				if (!removeFrom(key)) {
					return;
				}
				RedisLink.await(NodeReaper.this.redis.send((commands) -> commands.srem(index, Script.bytes(key))));
			}
			Long gone = RedisLink.await(NodeReaper.this.redis
				.<Long>send((commands) -> Script.REMOVE_NODE.run(commands, keys(), this.dead, NodeReaper.this.node)));
			if (gone == 1) {
				logger.warn("Node " + this.dead + " is gone without a word: removed " + this.removed
						+ " memberships of its connections");
			}
		}

		private boolean removeFrom(String key) {
			ScanArgs match = ScanArgs.Builder.limit(CHUNK).match("specific." + this.dead + "!*");
			ScanCursor cursor = ScanCursor.INITIAL;
			do {
				if (!keepClaim()) {
					return false;
				}
				ScanCursor from = cursor;
				ScoredValueScanCursor<byte[]> page = RedisLink
					.await(NodeReaper.this.redis.send((commands) -> commands.zscan(key, from, match)));
				remove(key, page.getValues());
				cursor = page;
			}
			while (!cursor.isFinished());
			return true;
		}

		private void remove(String key, List<ScoredValue<byte[]>> members) {
			for (int i = 0; i < members.size(); i += CHUNK) {
				List<Object> arguments = new ArrayList<>();
				arguments.add(this.removeUpTo);
				members.subList(i, Math.min(i + CHUNK, members.size()))
					.forEach((member) -> arguments.add(member.getValue()));
				List<Object> gone = RedisLink.await(NodeReaper.this.redis.<List<Object>>send(
						(commands) -> Script.REMOVE_MEMBERS.run(commands, List.of(key), arguments.toArray())));
				this.removed += gone.size();
				report(key, gone.stream().map(Script::text).toList());
			}
		}

		private void report(String key, List<String> gone) {
			if (!gone.isEmpty() && NodeReaper.this.names.isGroup(key)) {
				NodeReaper.this.listener.membersRemoved(NodeReaper.this.names.groupOf(key), gone);
			}
		}

		private boolean keepClaim() {
			return System.nanoTime() - this.claimedAt < RENEW_AFTER || claim() != 0;
		}

		private long claim() {
			this.claimedAt = System.nanoTime();
			return RedisLink.await(NodeReaper.this.redis.<Long>send((commands) -> Script.CLAIM_NODE.run(commands,
					keys(), this.dead, NodeReaper.this.node, CLAIM.toMillis())));
		}

		private List<String> keys() {
			return List.of(NodeReaper.this.names.nodesKey(), NodeReaper.this.names.claimKey(this.dead));
		}

	}

}
