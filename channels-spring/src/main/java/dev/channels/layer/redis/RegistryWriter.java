package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

import dev.channels.ChannelLayerException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.RateLimitedLog;
import io.lettuce.core.Range;
import io.lettuce.core.Range.Boundary;
import io.lettuce.core.ScoredValue;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * Writes memberships to Redis, many in one round trip. Each reply counts for itself: a
 * group that cannot be written keeps no other from being written, and nothing keeps
 * members from being removed.
 * <p>
 * The index of a node names at least all groups in which it has members: a group is
 * written there before its first member, and removed after the last. Index and groups are
 * sorted sets with the same scores, the time in Redis when an entry was last written, so
 * that one rule tells what of a dead node may be removed.
 * <p>
 * {@link #write} is called by one thread at a time, which it blocks.
 */
final class RegistryWriter {

	private static final Log logger = LogFactory.getLog(RegistryWriter.class);

	private final RateLimitedLog problems = new RateLimitedLog(logger);

	private final CommandSender redis;

	private final RedisNames names;

	private final String index;

	private final LongSupplier time;

	private final Duration expiry;

	private final AtomicBoolean indexLost = new AtomicBoolean();

	/** Groups in the index; only used by the thread that writes. */
	private final Set<GroupName> indexed = new HashSet<>();

	/**
	 * Groups that may be in the index without members; only used by the thread that
	 * writes.
	 */
	private final Set<GroupName> emptied = new HashSet<>();

	/**
	 * @param time the time in Redis, in milliseconds
	 * @param expiry how old a membership may become
	 */
	RegistryWriter(CommandSender redis, RedisNames names, String node, LongSupplier time, Duration expiry) {
		this.redis = redis;
		this.names = names;
		this.index = names.nodeGroupsKey(node);
		this.time = time;
		this.expiry = expiry;
	}

	/**
	 * Redis may have lost the index. May be called by any thread.
	 */
	void indexLost() {
		this.indexLost.set(true);
	}

	/**
	 * Write a batch, and settle what Redis has answered.
	 */
	void write(MembershipJournal.Batch batch) {
		if (this.indexLost.getAndSet(false)) {
			this.indexed.clear();
		}
		double score = this.time.getAsLong();
		// first, for a Redis that is full takes nothing else
		List<Sent> removals = sent(batch.removals(),
				(key, members) -> this.redis.send((commands) -> commands.zrem(key, bytes(members))));
		Set<GroupName> groups = batch.groups();
		Set<GroupName> turns = batch.turns(groups);
		Set<GroupName> refused = writeIndex(batch, groups, turns, score);
		groups.removeAll(refused);
		List<Sent> additions = sent(batch.additions(groups), (key, members) -> {
			CompletionStage<Long> reply = this.redis.send((commands) -> commands.zadd(key, scored(members, score)));
			this.redis.send((commands) -> commands.expire(key, this.expiry.toSeconds()));
			return reply;
		});
		for (Sent removal : removals) {
			if (isDone(batch, removal) && batch.removed(removal.group, removal.members)) {
				this.emptied.add(removal.group);
			}
		}
		for (Sent addition : additions) {
			if (isDone(batch, addition)) {
				batch.added(addition.group, addition.members);
				if (turns.contains(addition.group)) {
					removeExpired(addition.group, score);
				}
			}
		}
		removeFromIndex(batch);
	}

	/**
	 * Write the groups that are not in the index, and those whose turn it is.
	 * @return groups that may not be in the index
	 */
	private Set<GroupName> writeIndex(MembershipJournal.Batch batch, Set<GroupName> groups, Set<GroupName> turns,
			double score) {
		Set<GroupName> unknown = new LinkedHashSet<>(groups);
		unknown.removeAll(this.indexed);
		Set<GroupName> all = new LinkedHashSet<>(unknown);
		all.addAll(turns);
		if (all.isEmpty()) {
			return all;
		}
		ScoredValue<byte[]>[] entries = scored(all.stream().map(this.names::membersKey).toList(), score);
		CompletionStage<Long> reply = this.redis.send((commands) -> commands.zadd(this.index, entries));
		this.redis.send((commands) -> commands.expire(this.index, this.expiry.toSeconds()));
		ChannelLayerException failure = failureOf(reply);
		if (failure != null) {
			tell(this.index, failure);
			batch.failed(unknown, failure);
			return unknown;
		}
		this.indexed.addAll(unknown);
		return Set.of();
	}

	/**
	 * Members that no node has renewed are of nodes that nobody knows of any more.
	 */
	private void removeExpired(GroupName group, double score) {
		Range<Double> expired = Range.from(Boundary.unbounded(), Boundary.excluding(score - this.expiry.toMillis()));
		this.redis.send((commands) -> commands.zremrangebyscore(this.names.membersKey(group), expired));
	}

	private void removeFromIndex(MembershipJournal.Batch batch) {
		this.emptied.removeIf(batch::isInRedis);
		if (this.emptied.isEmpty()) {
			return;
		}
		this.indexed.removeAll(this.emptied);
		byte[][] keys = this.emptied.stream()
			.map((group) -> Script.bytes(this.names.membersKey(group)))
			.toArray(byte[][]::new);
		ChannelLayerException failure = failureOf(this.redis.send((commands) -> commands.zrem(this.index, keys)));
		if (failure == null) {
			this.emptied.clear();
		}
		else {
			logger.debug("Groups without members stay in the index for now", failure);
		}
	}

	private List<Sent> sent(Map<GroupName, List<ChannelName>> changes, Command command) {
		List<Sent> sent = new ArrayList<>();
		changes.forEach((group, members) -> {
			List<String> names = members.stream().map(ChannelName::value).toList();
			sent.add(new Sent(group, members, command.send(this.names.membersKey(group), names)));
		});
		return sent;
	}

	private boolean isDone(MembershipJournal.Batch batch, Sent sent) {
		ChannelLayerException failure = failureOf(sent.reply);
		if (failure != null) {
			tell(this.names.membersKey(sent.group), failure);
			batch.failed(sent.group, sent.members, failure);
		}
		return failure == null;
	}

	private static @Nullable ChannelLayerException failureOf(CompletionStage<?> reply) {
		try {
			RedisCalls.await(reply);
			return null;
		}
		catch (ChannelLayerException ex) {
			return ex;
		}
	}

	/**
	 * Say which key is wrong, which Redis does not. Other problems are not those of one
	 * key.
	 */
	private void tell(String key, ChannelLayerException failure) {
		logger.debug("The registry could not be written", failure);
		String message = String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
		if (message.startsWith("WRONGTYPE")) {
			this.problems
				.warn(() -> "Key " + key + " in Redis is not a sorted set, so who is in the group is not known to"
						+ " others (size(), members(..)). Delete the key, it is written again within a second");
		}
	}

	private static byte[][] bytes(Collection<String> texts) {
		return texts.stream().map(Script::bytes).toArray(byte[][]::new);
	}

	@SuppressWarnings({ "unchecked", "rawtypes" })
	private static ScoredValue<byte[]>[] scored(Collection<String> texts, double score) {
		ScoredValue[] values = texts.stream()
			.map((text) -> ScoredValue.just(score, Script.bytes(text)))
			.toArray(ScoredValue[]::new);
		return values;
	}

	/**
	 * Changes of one group that are under way.
	 */
	private record Sent(GroupName group, List<ChannelName> members, CompletionStage<Long> reply) {

	}

	private interface Command {

		CompletionStage<Long> send(String key, List<String> members);

	}

}
