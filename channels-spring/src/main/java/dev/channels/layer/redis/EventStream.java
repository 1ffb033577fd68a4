package dev.channels.layer.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

import dev.channels.layer.ChannelName;
import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * The stream of a worker channel, and what can be done with it. An entry is added by one
 * node, read by one consumer (a node), and owned by it until it is ended: everything
 * below that concerns an entry checks the owner first, so that a late word of a consumer
 * that was taken for dead changes nothing.
 */
final class EventStream {

	private static final String GROUP = "channels";

	private static final String EVENT = "event";

	private static final int MAX_DEAD_LETTERS = 1000;

	/** Owns what was given back, so that the attempts of each event are known exactly. */
	private static final String NOBODY = "-";

	/** How many dead letters are sent again at a time, since Redis does nothing else. */
	private static final int REDELIVERED_AT_A_TIME = 100;

	/** How many events are renewed at a time, since Redis does nothing else. */
	private static final int RENEWED_AT_A_TIME = 500;

	private static final Pattern ID = Pattern.compile("\\d{1,19}-\\d{1,19}");

	private final CommandSender redis;

	private final ChannelName channel;

	private final String key;

	private final String deadKey;

	private final String consumer;

	EventStream(CommandSender redis, RedisNames names, ChannelName channel, String consumer) {
		this.redis = redis;
		this.channel = channel;
		this.key = names.workerKey(channel);
		this.deadKey = names.deadLettersKey(channel);
		this.consumer = consumer;
	}

	ChannelName channel() {
		return this.channel;
	}

	/**
	 * Add an event, unless there are too many.
	 * @param expiryMillis how long it may wait, zero for ever
	 */
	CompletionStage<Added> add(byte[] event, int capacity, long expiryMillis) {
		return this.redis
			.<List<Object>>send(
					(commands) -> Script.STREAM_SEND.run(commands, List.of(this.key), event, capacity, expiryMillis))
			.thenApply((reply) -> new Added((Long) reply.get(0) == 1, (Long) reply.get(1) == 1));
	}

	/**
	 * End what has waited too long, and forget the stream if nothing is left of it and
	 * nobody reads it.
	 */
	CompletionStage<Expired> expire(long expiryMillis) {
		return this.redis
			.<List<Object>>send(
					(commands) -> Script.STREAM_EXPIRE.run(commands, List.of(this.key), GROUP, NOBODY, expiryMillis))
			.thenApply((reply) -> new Expired((Long) reply.get(0), (Long) reply.get(1)));
	}

	/**
	 * Read events that no consumer got yet, waiting a moment for the first.
	 * @param waiting a connection that nobody else waits for
	 */
	@SuppressWarnings("unchecked")
	CompletionStage<List<Entry>> read(RedisClusterAsyncCommands<String, byte[]> waiting, int count) {
		XReadArgs arguments = XReadArgs.Builder.block(RedisClients.BLOCK).count(count);
		return waiting
			.xreadgroup(Consumer.from(GROUP, this.consumer), arguments, XReadArgs.StreamOffset.lastConsumed(this.key))
			.thenApply((messages) -> messages.stream().map(EventStream::entry).toList())
			.exceptionallyCompose(this::noneIfNew);
	}

	/**
	 * Take over what other consumers did not end, and what was given back.
	 */
	CompletionStage<List<Entry>> claim(long idleMillis, int count) {
		return claimed(Script.STREAM_CLAIM, GROUP, this.consumer, NOBODY, idleMillis, count);
	}

	/**
	 * Find what this consumer owns and says nothing of: the answer that brought it was
	 * lost.
	 * @param held how many events it knows of
	 */
	CompletionStage<List<Entry>> adopt(long idleMillis, int count, int held) {
		return claimed(Script.STREAM_ADOPT, GROUP, this.consumer, idleMillis, count, held);
	}

	private CompletionStage<List<Entry>> claimed(Script script, Object... arguments) {
		return this.redis.<List<Object>>send((commands) -> script.run(commands, List.of(this.key), arguments))
			.thenApply((reply) -> reply.stream().map((entry) -> {
				List<?> parts = (List<?>) entry;
				return new Entry(Script.text(parts.get(0)), (byte[]) parts.get(1), ((Long) parts.get(2)).intValue());
			}).toList())
			.exceptionallyCompose(this::noneIfNew);
	}

	/**
	 * Say that this consumer is still at it.
	 * @param attempts ids with the attempts that were made
	 * @return ids of entries that it does not own any more
	 */
	CompletionStage<List<String>> renew(Map<String, Integer> attempts) {
		CompletionStage<List<String>> lost = CompletableFuture.completedStage(List.of());
		Map<String, Integer> some = new LinkedHashMap<>();
		for (Map.Entry<String, Integer> entry : attempts.entrySet()) {
			some.put(entry.getKey(), entry.getValue());
			if (some.size() == RENEWED_AT_A_TIME) {
				lost = lost.thenCombine(renewSome(some), EventStream::joined);
				some = new LinkedHashMap<>();
			}
		}
		return some.isEmpty() ? lost : lost.thenCombine(renewSome(some), EventStream::joined);
	}

	private CompletionStage<List<String>> renewSome(Map<String, Integer> attempts) {
		Object[] arguments = arguments(attempts, GROUP, this.consumer);
		return this.redis
			.<List<Object>>send((commands) -> Script.STREAM_RENEW.run(commands, List.of(this.key), arguments))
			.thenApply((lost) -> lost.stream().map(Script::text).toList());
	}

	private static List<String> joined(List<String> first, List<String> second) {
		List<String> all = new ArrayList<>(first);
		all.addAll(second);
		return all;
	}

	/**
	 * Give entries back, and leave.
	 */
	CompletionStage<Long> release(Map<String, Integer> attempts, long idleMillis) {
		return this.redis.send((commands) -> Script.STREAM_RELEASE.run(commands, List.of(this.key),
				arguments(attempts, GROUP, this.consumer, NOBODY, idleMillis)));
	}

	/**
	 * End an entry that was handled.
	 */
	CompletionStage<Long> acknowledge(String id) {
		return this.redis.send((commands) -> Script.STREAM_END.run(commands, List.of(this.key, this.deadKey), GROUP,
				this.consumer, id));
	}

	/**
	 * End an entry that cannot be handled, and keep it as a dead letter.
	 * @return how many older dead letters had to go, -1 if the entry was not ours
	 */
	CompletionStage<Long> bury(Entry entry, int attempts, byte[] error, long timeMillis) {
		return this.redis.send((commands) -> Script.STREAM_END.run(commands, List.of(this.key, this.deadKey), GROUP,
				this.consumer, entry.id, entry.event, attempts, error, timeMillis, MAX_DEAD_LETTERS));
	}

	/**
	 * Read dead letters, oldest first.
	 */
	CompletionStage<List<StreamMessage<String, byte[]>>> deadLetters(int limit) {
		return this.redis.send((commands) -> commands.xrange(this.deadKey, Range.unbounded(), Limit.from(limit)));
	}

	/**
	 * Send one dead letter again, if there is room.
	 */
	CompletionStage<Redelivered> redeliver(String id, int capacity) {
		return isId(id) ? redeliver(id, id, 1, capacity) : CompletableFuture.completedStage(new Redelivered(0, false));
	}

	/**
	 * Send all dead letters that there are now again, as far as there is room.
	 */
	CompletionStage<Redelivered> redeliverAll(int capacity) {
		return this.redis
			.<List<StreamMessage<String, byte[]>>>send(
					(commands) -> commands.xrevrange(this.deadKey, Range.unbounded(), Limit.from(1)))
			.thenCompose((last) -> last.isEmpty() ? CompletableFuture.completedStage(new Redelivered(0, false))
					: redeliverUpTo(last.get(0).getId(), capacity, 0));
	}

	private CompletionStage<Redelivered> redeliverUpTo(String last, int capacity, long before) {
		return redeliver("-", last, REDELIVERED_AT_A_TIME, capacity).thenCompose((some) -> {
			long all = before + some.number();
			return (some.full() || some.number() < REDELIVERED_AT_A_TIME)
					? CompletableFuture.completedStage(new Redelivered(all, some.full()))
					: redeliverUpTo(last, capacity, all);
		});
	}

	private CompletionStage<Redelivered> redeliver(String from, String to, int count, int capacity) {
		return this.redis
			.<List<Object>>send((commands) -> Script.STREAM_REDELIVER.run(commands, List.of(this.deadKey, this.key),
					from, to, count, capacity))
			.thenApply((reply) -> new Redelivered((Long) reply.get(0), (Long) reply.get(1) == 1));
	}

	/**
	 * Forget a dead letter.
	 * @return how many there were
	 */
	CompletionStage<Long> discard(String id) {
		return isId(id) ? this.redis.send((commands) -> Script.STREAM_DISCARD.run(commands, List.of(this.deadKey), id))
				: CompletableFuture.completedStage(0L);
	}

	/**
	 * Forget all dead letters.
	 * @return how many there were
	 */
	CompletionStage<Long> discardAll() {
		return this.redis.send((commands) -> Script.STREAM_DISCARD.run(commands, List.of(this.deadKey)));
	}

	/**
	 * Whether Redis would take it for an id.
	 */
	private static boolean isId(String id) {
		return ID.matcher(id).matches();
	}

	/**
	 * Redis does not know the stream, or not any more: begin it.
	 */
	private CompletionStage<List<Entry>> noneIfNew(Throwable failure) {
		return isAnswer(failure, "NOGROUP") ? createGroup().thenApply((created) -> List.of())
				: CompletableFuture.failedStage(failure);
	}

	/**
	 * From the first entry: what was sent before the first worker came is for it. Another
	 * node may be faster. A stream that somebody reads does not end by itself any more.
	 */
	private CompletionStage<?> createGroup() {
		return this.redis
			.send((commands) -> commands.xgroupCreate(XReadArgs.StreamOffset.from(this.key, "0"), GROUP,
					XGroupCreateArgs.Builder.mkstream()))
			.exceptionallyCompose((failure) -> isAnswer(failure, "BUSYGROUP") ? CompletableFuture.completedStage("OK")
					: CompletableFuture.failedStage(failure))
			.thenCompose((created) -> this.redis.send((commands) -> commands.persist(this.key)));
	}

	private static Object[] arguments(Map<String, Integer> attempts, Object... first) {
		List<Object> arguments = new ArrayList<>(List.of(first));
		attempts.forEach((id, number) -> {
			arguments.add(id);
			arguments.add(number);
		});
		return arguments.toArray();
	}

	private static Entry entry(StreamMessage<String, byte[]> message) {
		byte[] event = message.getBody().get(EVENT);
		return new Entry(message.getId(), (event != null) ? event : new byte[0], 0);
	}

	private static boolean isAnswer(Throwable failure, String code) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
		return root instanceof RedisCommandExecutionException && String.valueOf(root.getMessage()).startsWith(code);
	}

	/**
	 * @param added {@code false} if the channel was full
	 * @param unserved whether it is the first event of a channel that never had a worker
	 */
	record Added(boolean added, boolean unserved) {

	}

	/**
	 * @param number how many events nobody had begun with in time
	 * @param next in how many milliseconds the next one will expire, negative if none
	 * waits
	 */
	record Expired(long number, long next) {

	}

	/**
	 * @param number how many dead letters were sent again
	 * @param full whether there was no room for all
	 */
	record Redelivered(long number, boolean full) {

	}

	/**
	 * @param attempts how often somebody began to handle it
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Entry(String id, byte[] event, int attempts) {

	}

}
