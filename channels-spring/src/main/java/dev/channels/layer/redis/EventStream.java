package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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

	private final CommandSender redis;

	private final String key;

	private final String deadKey;

	private final String consumer;

	EventStream(CommandSender redis, RedisNames names, ChannelName channel, String consumer) {
		this.redis = redis;
		this.key = names.workerKey(channel);
		this.deadKey = names.deadLettersKey(channel);
		this.consumer = consumer;
	}

	/**
	 * Add an event, unless there are too many.
	 */
	CompletionStage<Added> add(byte[] event, int capacity, long expiryMillis) {
		return this.redis
			.<List<Object>>send(
					(commands) -> Script.STREAM_SEND.run(commands, List.of(this.key), event, capacity, expiryMillis))
			.thenApply((reply) -> new Added((Long) reply.get(0) == 1, (Long) reply.get(1)));
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
	 * Take over what other consumers, or this one in another life, did not end.
	 */
	CompletionStage<List<Entry>> claim(long idleMillis, int count) {
		return this.redis
			.<List<Object>>send((commands) -> Script.STREAM_CLAIM.run(commands, List.of(this.key), GROUP, this.consumer,
					idleMillis, count))
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
		return this.redis
			.<List<Object>>send((commands) -> Script.STREAM_RENEW.run(commands, List.of(this.key),
					arguments(attempts, GROUP, this.consumer)))
			.thenApply((lost) -> lost.stream().map(Script::text).toList());
	}

	/**
	 * Give entries back, and leave.
	 */
	CompletionStage<Long> release(Map<String, Integer> attempts, long idleMillis) {
		return this.redis.send((commands) -> Script.STREAM_RELEASE.run(commands, List.of(this.key),
				arguments(attempts, GROUP, this.consumer, idleMillis)));
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
	CompletionStage<Long> bury(Entry entry, int attempts, String error, long timeMillis) {
		return this.redis.send((commands) -> Script.STREAM_END.run(commands, List.of(this.key, this.deadKey), GROUP,
				this.consumer, entry.id, entry.event, attempts, error, timeMillis, MAX_DEAD_LETTERS));
	}

	/**
	 * Read dead letters, oldest first.
	 */
	CompletionStage<List<Map<String, byte[]>>> deadLetters(int limit) {
		return this.redis
			.<List<StreamMessage<String, byte[]>>>send(
					(commands) -> commands.xrange(this.deadKey, Range.unbounded(), Limit.from(limit)))
			.thenApply((messages) -> messages.stream().map(StreamMessage::getBody).toList());
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
	 * node may be faster.
	 */
	private CompletionStage<?> createGroup() {
		return this.redis
			.send((commands) -> commands.xgroupCreate(XReadArgs.StreamOffset.from(this.key, "0"), GROUP,
					XGroupCreateArgs.Builder.mkstream()))
			.exceptionallyCompose((failure) -> isAnswer(failure, "BUSYGROUP") ? CompletableFuture.completedStage("OK")
					: CompletableFuture.failedStage(failure));
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

	static String text(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

	/**
	 * @param added {@code false} if the channel was full
	 * @param expired how many events nobody had read in time
	 */
	record Added(boolean added, long expired) {

	}

	/**
	 * @param attempts how often somebody began to handle it
	 */
	@SuppressWarnings("ArrayRecordComponent")
	record Entry(String id, byte[] event, int attempts) {

	}

}
