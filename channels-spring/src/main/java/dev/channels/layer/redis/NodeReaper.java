package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

import dev.channels.ChannelLayerException;
import dev.channels.layer.RateLimitedLog;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScoredValueScanCursor;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * Removes the members of nodes that died without a word. Whoever notices first takes a
 * claim, which ends by itself if the reaper dies, too: another one goes on then. Of the
 * members and of the node's index only what was written before the claim is removed, so
 * that a node that comes back meanwhile keeps what it adds again. The entry of the node
 * goes last, when its index is empty.
 * <p>
 * Many groups are looked at in one round trip, see {@link #WINDOW}. One that cannot be
 * removed delays no other; its node is tried again after a pause.
 */
final class NodeReaper {

	private static final Log logger = LogFactory.getLog(NodeReaper.class);

	private static final Duration CLAIM = Duration.ofSeconds(10);

	private static final long RENEW_AFTER = CLAIM.dividedBy(4).toNanos();

	private static final long PAUSE = Duration.ofMinutes(1).toNanos();

	/** A script over a whole group of 100,000 would stop Redis for 75 ms. */
	private static final int CHUNK = 500;

	/** So many groups are under way, which Redis answers within some 30 ms. */
	private static final int WINDOW = 1000;

	/**
	 * So many groups share a call, which costs more than a group. In a cluster they do
	 * not: each has a slot of its own.
	 */
	private static final int GROUPS_PER_CALL = 25;

	/** So many groups of the node are looked up at once. */
	private static final int INDEX_PAGE = 2 * WINDOW;

	/** So many are struck from its index at once, when all of them are done. */
	private static final int STRUCK_PER_CALL = WINDOW;

	private final RateLimitedLog problems = new RateLimitedLog(logger);

	private final CommandSender redis;

	private final RedisNames names;

	private final String node;

	private final Executor executor;

	private final RedisLayerListener listener;

	private final LongSupplier nanoTime;

	private final Set<String> underWay = ConcurrentHashMap.newKeySet();

	/** Until when nodes are left alone. */
	private final Map<String, Long> paused = new ConcurrentHashMap<>();

	/**
	 * @param executor runs the removals, which block it
	 */
	NodeReaper(CommandSender redis, RedisNames names, String node, Executor executor, RedisLayerListener listener) {
		this(redis, names, node, executor, listener, System::nanoTime);
	}

	NodeReaper(CommandSender redis, RedisNames names, String node, Executor executor, RedisLayerListener listener,
			LongSupplier nanoTime) {
		this.redis = redis;
		this.names = names;
		this.node = node;
		this.executor = executor;
		this.listener = listener;
		this.nanoTime = nanoTime;
	}

	/**
	 * Remove the members of a node, unless another node does.
	 */
	void reap(String dead) {
		this.paused.values().removeIf((until) -> this.nanoTime.getAsLong() - until >= 0);
		if (this.paused.containsKey(dead) || !this.underWay.add(dead)) {
			return;
		}
		try {
			this.executor.execute(() -> {
				try {
					new Removal(dead).run();
				}
				catch (ChannelLayerException ex) {
					notYet(dead, ex);
				}
				finally {
					this.underWay.remove(dead);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			this.underWay.remove(dead);
			logger.debug("This node ends, others remove node " + dead);
		}
	}

	private void notYet(String dead, ChannelLayerException failure) {
		logger.debug("Node " + dead + " could not be removed yet", failure);
		if (RedisProblems.isRefusal(failure)) {
			pause(dead);
			this.problems.warn(() -> "Node " + dead + " is gone without a word, and its members cannot be removed: "
					+ failure.getMessage() + ". This is tried again each minute");
		}
	}

	private void pause(String dead) {
		this.paused.put(dead, this.nanoTime.getAsLong() + PAUSE);
	}

	/**
	 * A key that could not be worked on, for somebody who has to repair it.
	 */
	private static ChannelLayerException failed(String key, ChannelLayerException failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		boolean wrongType = String.valueOf(cause.getMessage()).startsWith("WRONGTYPE");
		return new ChannelLayerException(wrongType ? "key " + key + " in Redis is not a sorted set, delete it"
				: "key " + key + ": " + cause.getMessage(), failure);
	}

	/**
	 * One attempt. Used by one thread.
	 */
	private final class Removal {

		private final String dead;

		private final String index;

		private final String itsMembers;

		private long claimedAt;

		private long writtenBefore;

		private int removed;

		/** Whether Redis refuses some, so that each is asked for alone. */
		private boolean one;

		/** The keys that could not be worked on, and why the last one could not. */
		private final Set<String> failed = new HashSet<>();

		private @Nullable ChannelLayerException failure;

		Removal(String dead) {
			this.dead = dead;
			this.index = NodeReaper.this.names.nodeGroupsKey(dead);
			this.itsMembers = "specific." + dead + "!*";
		}

		void run() {
			this.writtenBefore = claim();
			if (this.writtenBefore == 0 || !removeGroups()) {
				return;
			}
			clearIndex();
			if (this.failure != null) {
				throw this.failure;
			}
			if (RedisCalls.await(NodeReaper.this.redis.send((commands) -> commands.zcard(this.index))) > 0) {
				// the node is back; or it is not, and what is left was written later than
				// now, before the clock of Redis was set back
				if (claim() != 0) {
					pause(this.dead);
				}
				return;
			}
			long gone = RedisCalls.await(NodeReaper.this.redis
				.<Long>send((commands) -> Script.REMOVE_NODE.run(commands, keys(), this.dead, NodeReaper.this.node)));
			if (gone == 1) {
				logger.warn("Node " + this.dead + " is gone without a word: removed " + this.removed
						+ " memberships of its connections");
			}
		}

		private boolean removeGroups() {
			ScanArgs page = ScanArgs.Builder.limit(INDEX_PAGE);
			ScanCursor cursor = ScanCursor.INITIAL;
			do {
				ScanCursor from = cursor;
				ScoredValueScanCursor<byte[]> scanned;
				try {
					scanned = RedisCalls
						.await(NodeReaper.this.redis.send((commands) -> commands.zscan(this.index, from, page)));
				}
				catch (ChannelLayerException ex) {
					throw NodeReaper.failed(this.index, ex);
				}
				// a scan may bring an entry twice
				List<Page> pages = scanned.getValues()
					.stream()
					.map((entry) -> new Page(Script.text(entry.getValue()), "0"))
					.distinct()
					.toList();
				if (!removeGroups(pages)) {
					return false;
				}
				cursor = scanned;
			}
			while (!cursor.isFinished());
			return true;
		}

		/**
		 * Remove the node from groups.
		 * @return whether the claim was held all the time
		 */
		private boolean removeGroups(List<Page> pages) {
			Deque<Page> waiting = new ArrayDeque<>(pages);
			Deque<Call> calls = new ArrayDeque<>();
			int underWay = 0;
			while (!waiting.isEmpty() || !calls.isEmpty()) {
				if (!keepClaim()) {
					// what is under way was removed, and is told of
					calls.forEach((call) -> removed(call, waiting));
					return false;
				}
				while (!waiting.isEmpty() && underWay < WINDOW) {
					Call call = remove(waiting);
					calls.add(call);
					underWay += call.pages.size();
				}
				Call first = calls.remove();
				underWay -= first.pages.size();
				removed(first, waiting);
			}
			return true;
		}

		/**
		 * Strike the groups from the index that were there at the claim, but for those
		 * that could not be worked on.
		 */
		private void clearIndex() {
			if (this.failed.size() > STRUCK_PER_CALL) {
				// hardly one was done
				return;
			}
			Object[] arguments = Stream.concat(Stream.of(this.writtenBefore, STRUCK_PER_CALL), this.failed.stream())
				.toArray();
			long struck;
			do {
				struck = RedisCalls.await(NodeReaper.this.redis
					.<Long>send((commands) -> Script.REAP_INDEX.run(commands, List.of(this.index), arguments)));
			}
			while (struck >= STRUCK_PER_CALL && keepClaim());
		}

		private Call remove(Deque<Page> waiting) {
			boolean cluster = NodeReaper.this.redis.masterOf(waiting.element().key) != null;
			int most = (cluster || this.one) ? 1 : GROUPS_PER_CALL;
			List<Page> pages = new ArrayList<>(most);
			List<Object> arguments = new ArrayList<>(List.of(this.writtenBefore, this.itsMembers, CHUNK));
			while (!waiting.isEmpty() && pages.size() < most) {
				Page page = waiting.remove();
				pages.add(page);
				arguments.add(page.cursor);
			}
			List<String> keys = pages.stream().map(Page::key).toList();
			return new Call(pages, NodeReaper.this.redis
				.send((commands) -> Script.REAP_GROUPS.run(commands, keys, arguments.toArray())));
		}

		/**
		 * Tell of the members that were removed, and sort what they were removed from.
		 * @param waiting gets what has more members
		 */
		private void removed(Call call, Deque<Page> waiting) {
			List<Object> results;
			try {
				results = RedisCalls.await(call.reply);
			}
			catch (ChannelLayerException ex) {
				if (!RedisProblems.isRefusal(ex)) {
					throw ex;
				}
				if (call.pages.size() == 1) {
					failed(call.pages.get(0).key, ex);
				}
				else {
					// for the sake of one of them, perhaps
					this.one = true;
					waiting.addAll(call.pages);
				}
				return;
			}
			for (int i = 0; i < results.size(); i++) {
				List<?> result = (List<?>) results.get(i);
				String key = call.pages.get(i).key;
				String next = Script.text(result.get(0));
				List<String> texts = ((List<?>) result.get(1)).stream().map(Script::text).toList();
				if (next.isEmpty()) {
					failed(key, RedisCalls.failed(new RedisCommandExecutionException(texts.get(0))));
					continue;
				}
				report(key, texts);
				if (!next.equals("0")) {
					waiting.add(new Page(key, next));
				}
			}
		}

		private void failed(String key, ChannelLayerException failure) {
			this.failed.add(key);
			this.failure = NodeReaper.failed(key, failure);
		}

		private void report(String key, List<String> gone) {
			this.removed += gone.size();
			if (!gone.isEmpty() && NodeReaper.this.names.isGroup(key)) {
				try {
					NodeReaper.this.listener.membersRemoved(NodeReaper.this.names.groupOf(key), gone);
				}
				catch (RuntimeException ex) {
					NodeReaper.this.problems.warn(() -> "A RedisLayerListener failed to hear of members that are gone",
							ex);
				}
			}
		}

		private boolean keepClaim() {
			return NodeReaper.this.nanoTime.getAsLong() - this.claimedAt < RENEW_AFTER || claim() != 0;
		}

		private long claim() {
			this.claimedAt = NodeReaper.this.nanoTime.getAsLong();
			return RedisCalls.await(NodeReaper.this.redis.<Long>send((commands) -> Script.CLAIM_NODE.run(commands,
					keys(), this.dead, NodeReaper.this.node, CLAIM.toMillis())));
		}

		private List<String> keys() {
			return List.of(NodeReaper.this.names.nodesKey(), NodeReaper.this.names.claimKey(this.dead));
		}

	}

	/**
	 * A look at members of a group.
	 */
	private record Page(String key, String cursor) {

	}

	private record Call(List<Page> pages, CompletionStage<List<Object>> reply) {

	}

}
