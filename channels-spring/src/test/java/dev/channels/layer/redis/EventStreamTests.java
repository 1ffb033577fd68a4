package dev.channels.layer.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

import dev.channels.ChannelLayerException;
import dev.channels.layer.ChannelName;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import org.junit.jupiter.api.Test;

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
		this.redis.answer("STREAM_SEND", List.of(1L, 3L));
		assertThat(this.stream.add(Script.bytes("{}"), 100, 60_000))
			.isCompletedWithValue(new EventStream.Added(true, 3));
		assertThat(this.redis.received()).containsExactly("STREAM_SEND " + STREAM + " {} 100 60000");
	}

	@Test
	void tellsThatTheChannelIsFull() {
		this.redis.answer("STREAM_SEND", List.of(0L, 0L));
		assertThat(this.stream.add(Script.bytes("{}"), 100, 0)).isCompletedWithValue(new EventStream.Added(false, 0));
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
		assertThat(this.redis.received()).last().asString().startsWith("xgroupCreate ").contains(" channels ");
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
		assertThat(this.redis.received()).containsExactly("STREAM_CLAIM " + STREAM + " channels n1 10000 5");
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
		assertThat(this.redis.received()).containsExactly("STREAM_RELEASE " + STREAM + " channels n1 10000 1-0 1");
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
		assertThat(this.stream.bury(ENTRY, 5, "java.io.IOException: disk full", 1234)).isCompletedWithValue(1L);
		assertThat(this.redis.received()).containsExactly("STREAM_END " + STREAM + " " + STREAM
				+ ":dead channels n1 1-0 {} 5 java.io.IOException: disk full 1234 1000");
	}

	@Test
	void readsDeadLetters() {
		Map<String, byte[]> letter = Map.of("event", Script.bytes("{}"));
		this.redis.answer("xrange", List.of(new StreamMessage<>(STREAM + ":dead", "1-0", letter)));
		assertThat(this.stream.deadLetters(10)).isCompletedWithValue(List.of(letter));
	}

	@Test
	void anAbsentFieldIsAnEmptyText() {
		assertThat(EventStream.text(null)).isEmpty();
		assertThat(EventStream.text(Script.bytes("ä"))).isEqualTo("ä");
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
