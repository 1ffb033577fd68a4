package dev.channels.layer.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;

import dev.channels.ChannelLayerException;
import dev.channels.layer.ChannelName;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link EventStream}: what is sent, and how answers are read. What the scripts
 * do is tested with a server.
 */
class EventStreamTests {

	private static final String STREAM = "asgi:worker:{jobs}";

	private static final EventStream.Entry ENTRY = new EventStream.Entry("1-0", Script.bytes("{}"), 2);

	private final FakeRedis redis = new FakeRedis();

	private final EventStream stream = new EventStream(this.redis, new RedisNames("asgi"), ChannelName.of("jobs"),
			"n1");

	@Test
	void adds() {
		this.redis.answer("STREAM_SEND", List.of(1L, 1L));
		assertThat(this.stream.add(Script.bytes("{}"), 100, 60_000))
			.isCompletedWithValue(new EventStream.Added(true, true));
		assertThat(this.redis.received()).containsExactly("STREAM_SEND " + STREAM + " {} 100 60000");
	}

	@Test
	void tellsThatTheChannelIsFull() {
		this.redis.answer("STREAM_SEND", List.of(0L, 0L));
		assertThat(this.stream.add(Script.bytes("{}"), 100, 0))
			.isCompletedWithValue(new EventStream.Added(false, false));
	}

	@Test
	void reads() {
		this.redis.answer("xreadgroup", List.of(new StreamMessage<>(STREAM, "1-0", Map.of("event", Script.bytes("{}"))),
				new StreamMessage<>(STREAM, "2-0", Map.of("foreign", Script.bytes("{}")))));
		List<EventStream.Entry> entries = read();
		assertThat(entries).extracting(EventStream.Entry::id).containsExactly("1-0", "2-0");
		assertThat(entries).extracting((entry) -> Script.text(entry.event())).containsExactly("{}", "");
		assertThat(entries).extracting(EventStream.Entry::attempts).containsOnly(0);
	}

	@Test
	void createsTheGroupWhereThereIsNone() {
		this.redis.answer("xreadgroup",
				new CompletionException(new RedisCommandExecutionException("NOGROUP No such key")));
		this.redis.answer("xgroupCreate", new RedisCommandExecutionException("BUSYGROUP another node was faster"));
		assertThat(read()).isEmpty();
		List<String> received = this.redis.received();
		assertThat(received).hasSize(3).last().isEqualTo("persist " + STREAM);
		assertThat(received.get(1)).startsWith("xgroupCreate ").contains(" channels ");
	}

	@Test
	void aGroupThatMayNotBeCreatedIsAFailure() {
		this.redis.answer("xreadgroup", new RedisCommandExecutionException("NOGROUP No such key"));
		this.redis.answer("xgroupCreate", new RedisCommandExecutionException("NOPERM no permissions"));
		assertThat(this.stream.read(this.redis.commands(), 5)).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withMessageContaining("NOPERM");
	}

	@Test
	void otherFailuresAreToldAsTheyAre() {
		this.redis.answer("xreadgroup", new RedisCommandExecutionException("WRONGTYPE"));
		assertThat(this.stream.read(this.redis.commands(), 5)).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withMessageContaining("WRONGTYPE");
		assertThat(this.redis.received()).hasSize(1);
	}

	@Test
	void claims() {
		this.redis.answer("STREAM_CLAIM", List.of(List.of(Script.bytes("1-0"), Script.bytes("{}"), 2L)));
		List<EventStream.Entry> claimed = this.stream.claim(10_000, 5).toCompletableFuture().join();
		assertThat(claimed).singleElement().usingRecursiveComparison().isEqualTo(ENTRY);
		assertThat(this.redis.received()).containsExactly("STREAM_CLAIM " + STREAM + " channels n1 - 10000 5");
	}

	@Test
	void adoptsWhatItOwns() {
		this.redis.answer("STREAM_ADOPT", List.of(List.of(Script.bytes("1-0"), Script.bytes("{}"), 2L)));
		List<EventStream.Entry> adopted = this.stream.adopt(2000, 100, 3).toCompletableFuture().join();
		assertThat(adopted).singleElement().usingRecursiveComparison().isEqualTo(ENTRY);
		assertThat(this.redis.received()).containsExactly("STREAM_ADOPT " + STREAM + " channels n1 2000 100 3");
	}

	@Test
	void ends() {
		this.redis.answer("STREAM_EXPIRE", List.of(3L, -1L));
		assertThat(this.stream.expire(60_000)).isCompletedWithValue(new EventStream.Expired(3, -1));
		assertThat(this.redis.received()).containsExactly("STREAM_EXPIRE " + STREAM + " channels - 60000");
	}

	/**
	 * Redis does nothing else meanwhile.
	 */
	@Test
	void renewsSomeAtATime() {
		this.redis.answer("STREAM_RENEW", List.of(Script.bytes("7-0")));
		Map<String, Integer> attempts = new LinkedHashMap<>();
		IntStream.range(0, 1001).forEach((i) -> attempts.put(i + "-0", 1));
		assertThat(this.stream.renew(attempts)).isCompletedWithValue(List.of("7-0", "7-0", "7-0"));
		assertThat(this.redis.received()).extracting((command) -> (command.split(" ").length - 4) / 2)
			.containsExactly(500, 500, 1);
	}

	@Test
	void renews() {
		this.redis.answer("STREAM_RENEW", List.of(Script.bytes("2-0")));
		Map<String, Integer> attempts = new LinkedHashMap<>(Map.of("1-0", 1));
		attempts.put("2-0", 3);
		assertThat(this.stream.renew(attempts)).isCompletedWithValue(List.of("2-0"));
		assertThat(this.redis.received()).containsExactly("STREAM_RENEW " + STREAM + " channels n1 1-0 1 2-0 3");
	}

	@Test
	void releases() {
		this.redis.answer("STREAM_RELEASE", 0L);
		assertThat(this.stream.release(Map.of("1-0", 1), 10_000)).isCompletedWithValue(0L);
		assertThat(this.redis.received()).containsExactly("STREAM_RELEASE " + STREAM + " channels n1 - 10000 1-0 1");
	}

	@Test
	void acknowledges() {
		this.redis.answer("STREAM_END", 0L);
		assertThat(this.stream.acknowledge("1-0")).isCompletedWithValue(0L);
		assertThat(this.redis.received())
			.containsExactly("STREAM_END " + STREAM + " " + STREAM + ":dead channels n1 1-0");
	}

	@Test
	void buries() {
		this.redis.answer("STREAM_END", 1L);
		assertThat(this.stream.bury(ENTRY, 5, Script.bytes("disk full"), 1234)).isCompletedWithValue(1L);
		assertThat(this.redis.received())
			.containsExactly("STREAM_END " + STREAM + " " + STREAM + ":dead channels n1 1-0 {} 5 disk full 1234 1000");
	}

	@Test
	void readsDeadLetters() {
		List<StreamMessage<String, byte[]>> letters = List
			.of(new StreamMessage<>(STREAM + ":dead", "1-0", Map.of("event", Script.bytes("{}"))));
		this.redis.answer("xrange", letters);
		assertThat(this.stream.deadLetters(10)).isCompletedWithValue(letters);
	}

	@Test
	void redeliversOne() {
		this.redis.answer("STREAM_REDELIVER", List.of(1L, 0L));
		assertThat(this.stream.redeliver("1-0", 100)).isCompletedWithValue(new EventStream.Redelivered(1, false));
		assertThat(this.redis.received())
			.containsExactly("STREAM_REDELIVER " + STREAM + ":dead " + STREAM + " 1-0 1-0 1 100");
	}

	@Test
	void redeliversAllThatThereAreNowInPieces() {
		this.redis.answer("xrevrange", List.of(new StreamMessage<>(STREAM + ":dead", "9-0", Map.of())));
		CompletableFuture<List<Long>> first = new CompletableFuture<>();
		this.redis.answer("STREAM_REDELIVER", first);
		CompletionStage<EventStream.Redelivered> all = this.stream.redeliverAll(1000);
		this.redis.answer("STREAM_REDELIVER", List.of(20L, 0L));
		first.complete(List.of(100L, 0L));
		assertThat(all).isCompletedWithValue(new EventStream.Redelivered(120, false));
		String command = "STREAM_REDELIVER " + STREAM + ":dead " + STREAM + " - 9-0 100 1000";
		assertThat(this.redis.received()).hasSize(3).endsWith(command, command);
	}

	@Test
	void stopsWhereThereIsNoRoom() {
		this.redis.answer("xrevrange", List.of(new StreamMessage<>(STREAM + ":dead", "9-0", Map.of())));
		this.redis.answer("STREAM_REDELIVER", List.of(100L, 1L));
		assertThat(this.stream.redeliverAll(1000)).isCompletedWithValue(new EventStream.Redelivered(100, true));
	}

	@Test
	void redeliversNothingIfThereIsNothing() {
		this.redis.answer("xrevrange", List.of());
		assertThat(this.stream.redeliverAll(1000)).isCompletedWithValue(new EventStream.Redelivered(0, false));
		assertThat(this.redis.received()).hasSize(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-", "1", "1-", "+", "1-0-0", "one-0", "99999999999999999999-0" })
	void whatIsNoIdIsUnknown(String id) {
		assertThat(this.stream.redeliver(id, 100)).isCompletedWithValue(new EventStream.Redelivered(0, false));
		assertThat(this.stream.discard(id)).isCompletedWithValue(0L);
		assertThat(this.redis.received()).isEmpty();
	}

	@Test
	void discards() {
		this.redis.answer("STREAM_DISCARD", 1L);
		assertThat(this.stream.discard("1-0")).isCompletedWithValue(1L);
		assertThat(this.stream.discardAll()).isCompletedWithValue(1L);
		assertThat(this.redis.received()).containsExactly("STREAM_DISCARD " + STREAM + ":dead 1-0",
				"STREAM_DISCARD " + STREAM + ":dead ");
	}

	@Test
	void failsWithoutRedis() {
		this.redis.closed();
		assertThat(this.stream.acknowledge("1-0")).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(ChannelLayerException.class);
	}

	private List<EventStream.Entry> read() {
		return this.stream.read(this.redis.commands(), 5).toCompletableFuture().join();
	}

}
