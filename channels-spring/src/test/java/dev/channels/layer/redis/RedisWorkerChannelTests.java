package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.IntStream;

import dev.channels.RetryPolicy;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.ManualTimer;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.WorkerPool;
import dev.channels.layer.WorkerSubscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RedisWorkerChannel} and {@link HeldEvents}: who gets what when. What
 * Redis makes of it is tested with a server.
 */
class RedisWorkerChannelTests {

	private static final RetryPolicy RETRY = new RetryPolicy(3, Duration.ofMillis(100), Duration.ofSeconds(1));

	private static final String STREAM = "asgi:worker:{jobs}";

	private final CapturedLog heldLog = CapturedLog.of(HeldEvents.class);

	private final CapturedLog log = CapturedLog.of(StreamPump.class);

	private final CapturedLog poolLog = CapturedLog.of(WorkerPool.class);

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final FakeRedis redis = new FakeRedis();

	private final DropCounter drops = new DropCounter();

	private final ManualTimer timer = new ManualTimer();

	private final FakeReader reader = new FakeReader();

	private final List<String> handled = new ArrayList<>();

	private Function<SharedEvent, CompletionStage<?>> worker = (event) -> {
		this.handled.add(event.type());
		return CompletableFuture.completedFuture(null);
	};

	private EventStream stream;

	private WorkerEvents events;

	private RedisWorkerChannel channel;

	@BeforeEach
	void create() {
		LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), this.drops, this.mapper);
		EventCodec codec = new EventCodec(this.mapper, new JsonEventSerializer());
		this.stream = new EventStream(this.redis, new RedisNames("asgi"), ChannelName.of("jobs"), "n1");
		this.events = new WorkerEvents(codec, local);
		this.channel = channel(Duration.ZERO);
		this.redis.answer("STREAM_CLAIM", List.of());
		this.redis.answer("STREAM_ADOPT", List.of());
		this.redis.answer("STREAM_END", 0L);
		this.redis.answer("STREAM_RENEW", List.of());
		this.redis.answer("STREAM_RELEASE", 0L);
	}

	private RedisWorkerChannel channel(Duration expiry) {
		return new RedisWorkerChannel(this.stream, this.reader, this.events,
				new ExpiryWatch(expiry, this.drops, this.timer), this.drops, this.timer, Duration.ofSeconds(10));
	}

	@AfterEach
	void release() {
		this.heldLog.close();
		this.log.close();
		this.poolLog.close();
	}

	@Test
	void handlesAndAcknowledges() {
		work();
		this.reader.bring(entry("1-0", "a"), entry("2-0", "b"));
		assertThat(this.handled).containsExactly("a", "b");
		assertThat(this.redis.received()).containsExactly("STREAM_CLAIM " + STREAM + " channels n1 - 10000 1",
				"STREAM_END " + STREAM + " " + STREAM + ":dead channels n1 1-0",
				"STREAM_END " + STREAM + " " + STREAM + ":dead channels n1 2-0");
	}

	@Test
	void readsAsMuchAsThereAreIdleWorkers() {
		this.worker = (event) -> new CompletableFuture<>();
		work();
		work();
		work();
		assertThat(this.reader.counts()).as("the others come to a read that is under way").containsExactly(1);
		this.reader.bring(entry("1-0", "a"));
		assertThat(this.reader.counts()).containsExactly(1, 2);
		this.reader.bring(entry("2-0", "a"), entry("3-0", "a"));
		assertThat(this.reader.counts()).as("nobody is idle").containsExactly(1, 2);
	}

	@Test
	void whatOthersLeftBehindComesFirst() {
		this.redis.answer("STREAM_CLAIM", List.of(List.of(Script.bytes("1-0"), Script.bytes(json("old")), 1L)));
		CompletableFuture<Void> end = new CompletableFuture<>();
		this.worker = (event) -> {
			this.handled.add(event.type());
			return end;
		};
		work();
		assertThat(this.handled).containsExactly("old");
		assertThat(this.reader.counts()).isEmpty();
		this.redis.answer("STREAM_CLAIM", List.of());
		end.complete(null);
		assertThat(this.reader.counts()).hasSize(1);
	}

	@Test
	void aFailureIsTriedAgainAfterAWhile() {
		failFirst(new IllegalStateException("expected by the test"));
		work();
		this.reader.bring(entry("1-0", "a"));
		assertThat(this.handled).containsExactly("a");
		assertThat(this.timer.delays()).last().isEqualTo(RETRY.backoffAfter(1));
		this.timer.runNext();
		this.timer.runNext();
		assertThat(this.handled).containsExactly("a", "a");
		assertThat(this.redis.received()).last().asString().endsWith("channels n1 1-0");
	}

	@Test
	void anErrorIsAFailureAndHarmsNoWorker() {
		this.worker = (event) -> {
			this.handled.add(event.type());
			throw new AssertionError("expected by the test");
		};
		work();
		this.reader.bring(entry("1-0", "a"));
		this.reader.bring(entry("2-0", "b"));
		assertThat(this.handled).containsExactly("a", "b");
	}

	@Test
	void givesUpAfterTheLastAttempt() {
		this.redis.answer("STREAM_END", 1L);
		this.worker = (event) -> CompletableFuture.failedFuture(new IllegalStateException("broken"));
		work();
		this.reader.bring(new EventStream.Entry("1-0", Script.bytes(json("a")), 2));
		assertThat(this.redis.received()).last()
			.asString()
			.contains("channels n1 1-0 " + json("a") + " 3 {\"type\":\"channels.dead-letter\","
					+ "\"error\":\"java.lang.IllegalStateException: broken\"} ");
		assertThat(this.poolLog.messages()).containsExactly(
				"Gave up on event 1-0 of worker channel 'jobs' after 3 attempt(s): java.lang.IllegalStateException");
		assertThat(this.drops.total(DropReason.DEAD_LETTERS_FULL)).isEqualTo(1);
	}

	@Test
	void givesUpAtOnceOnWhatCannotBeDecoded() {
		work();
		this.reader.bring(new EventStream.Entry("1-0", Script.bytes("no event"), 0));
		assertThat(this.handled).isEmpty();
		assertThat(this.redis.received()).last().asString().contains("channels n1 1-0 no event 1 ");
	}

	@Test
	void givesUpOnWhatKillsWorkers() {
		work();
		this.reader.bring(new EventStream.Entry("1-0", Script.bytes(json("a")), 3));
		assertThat(this.handled).isEmpty();
		assertThat(this.redis.received()).last()
			.asString()
			.contains("java.lang.IllegalStateException: every worker that had it died or was cut off\"} ");
	}

	@Test
	void anAcknowledgementIsRepeatedUntilRedisHasIt() {
		work();
		this.redis.closed();
		this.reader.bring(entry("1-0", "a"));
		assertThat(this.handled).containsExactly("a");
		this.redis.opened();
		this.reader.bring(entry("1-0", "a"));
		assertThat(this.handled).as("still held").containsExactly("a");
		this.redis.received();
		this.timer.runNext();
		this.timer.runNext();
		assertThat(this.redis.received()).contains("STREAM_END " + STREAM + " " + STREAM + ":dead channels n1 1-0");
	}

	@Test
	void saysThatItStillHoldsWhatItHandles() {
		this.worker = (event) -> new CompletableFuture<>();
		work();
		work();
		assertThat(this.timer.delays()).as("one upkeep for all workers").hasSize(1);
		this.reader.bring(entry("1-0", "a"));
		this.redis.received();
		this.timer.runNext();
		assertThat(this.redis.received()).containsExactly("STREAM_RENEW " + STREAM + " channels n1 1-0 1",
				"STREAM_ADOPT " + STREAM + " channels n1 2000 100 1");
	}

	@Test
	void whatAnotherNodeTookOverIsNotTriedAgain() {
		failFirst(new IllegalStateException("expected by the test"));
		work();
		this.reader.bring(entry("1-0", "a"));
		this.redis.answer("STREAM_RENEW", List.of(Script.bytes("1-0")));
		this.timer.runNext();
		this.timer.runNext();
		assertThat(this.handled).containsExactly("a");
	}

	@Test
	void aReadThatFailsIsRepeatedAfterAPause() {
		work();
		this.reader.fail();
		assertThat(this.reader.counts()).hasSize(1);
		this.timer.runNext();
		this.timer.runNext();
		assertThat(this.reader.counts()).hasSize(2);
	}

	@Test
	void givesBackWhatTheLastWorkerDidNotBegin() {
		WorkerSubscription subscription = work();
		assertThat(subscription.stop()).as("the read that waits delays nobody").isCompleted();
		assertThat(this.channel.whenLeft().toCompletableFuture()).isNotDone();
		this.redis.received();
		this.reader.bring(entry("1-0", "a"));
		assertThat(this.handled).isEmpty();
		assertThat(this.redis.received()).containsExactly("STREAM_RELEASE " + STREAM + " channels n1 - 10000 1-0 0");
		assertThat(this.reader.isClosed()).isTrue();
		assertThat(this.channel.whenLeft()).isCompleted();
	}

	@Test
	void stopWaitsForWhatIsBeingHandledAndForItsAcknowledgement() {
		CompletableFuture<Void> end = new CompletableFuture<>();
		CompletableFuture<Long> acknowledged = new CompletableFuture<>();
		this.redis.answer("STREAM_END", acknowledged);
		this.worker = (event) -> end;
		WorkerSubscription subscription = work();
		this.reader.bring(entry("1-0", "a"));
		CompletableFuture<Void> stopped = subscription.stop().toCompletableFuture();
		assertThat(stopped).isNotDone();
		end.complete(null);
		assertThat(stopped).isNotDone();
		acknowledged.complete(0L);
		assertThat(stopped).isCompleted();
		assertThat(subscription.stop()).isCompleted();
	}

	/**
	 * One that is being buried as well.
	 */
	@Test
	void stopWaitsForADeadLetter() {
		CompletableFuture<Void> end = new CompletableFuture<>();
		CompletableFuture<Long> buried = new CompletableFuture<>();
		this.redis.answer("STREAM_END", buried);
		this.worker = (event) -> end;
		WorkerSubscription subscription = work();
		this.reader.bring(new EventStream.Entry("1-0", Script.bytes(json("a")), 2));
		CompletableFuture<Void> stopped = subscription.stop().toCompletableFuture();
		end.completeExceptionally(new IllegalStateException("broken"));
		assertThat(stopped).isNotDone();
		buried.complete(0L);
		assertThat(stopped).isCompleted();
	}

	@Test
	void whatALostAnswerBroughtIsFoundAndNotBegun() {
		this.worker = (event) -> {
			this.handled.add(event.type());
			return new CompletableFuture<>();
		};
		work();
		work();
		this.reader.bring(entry("1-0", "a"));
		this.redis.answer("STREAM_ADOPT", List.of(List.of(Script.bytes("1-0"), Script.bytes(json("a")), 0L),
				List.of(Script.bytes("2-0"), Script.bytes(json("lost")), 0L)));
		this.timer.runNext();
		assertThat(this.handled).as("what is held is not begun again").containsExactly("a", "lost");
	}

	@Test
	void endsWhatHasExpiredBeforeItReads() {
		this.redis.answer("STREAM_EXPIRE", List.of(3L, -1L));
		this.channel = channel(Duration.ofMinutes(1));
		work();
		assertThat(this.redis.received()).containsExactly("STREAM_EXPIRE " + STREAM + " channels - 60000",
				"STREAM_CLAIM " + STREAM + " channels n1 - 10000 1");
		assertThat(this.reader.counts()).containsExactly(1);
		assertThat(this.drops.total(DropReason.EXPIRED)).isEqualTo(3);
	}

	@Test
	void aBacklogThatHasExpiredIsEndedInPiecesBeforeItReads() {
		CompletableFuture<List<Long>> first = new CompletableFuture<>();
		this.redis.answer("STREAM_EXPIRE", first);
		this.channel = channel(Duration.ofMinutes(1));
		work();
		assertThat(this.reader.counts()).isEmpty();
		this.redis.answer("STREAM_EXPIRE", List.of(10L, 500L));
		first.complete(List.of(1000L, 0L));
		assertThat(this.reader.counts()).containsExactly(1);
		assertThat(this.drops.total(DropReason.EXPIRED)).isEqualTo(1010);
	}

	/**
	 * However many wait for another attempt.
	 */
	@Test
	void survivesManyEventsOfAWorkerThatIsDoneAtOnce() {
		work();
		for (int i = 0; i < 20_000; i++) {
			this.reader.bring(entry(i + "-0", "a"));
		}
		assertThat(this.handled).hasSize(20_000);
	}

	@Test
	void survivesALongReadyQueue() {
		work();
		this.reader
			.bring(IntStream.range(0, 20_000).mapToObj((i) -> entry(i + "-0", "a")).toArray(EventStream.Entry[]::new));
		assertThat(this.handled).hasSize(20_000);
	}

	@Test
	void aWorkerThatComesAfterTheLastOneLeftIsServed() {
		work().stop();
		this.reader.bring();
		work();
		this.reader.bring(entry("1-0", "a"));
		assertThat(this.handled).containsExactly("a");
	}

	@Test
	void aWorkerThatComesAfterAFailedReadOfTheLastOneIsServed() {
		work().stop();
		this.reader.fail();
		work();
		this.reader.bring(entry("1-0", "a"));
		assertThat(this.handled).containsExactly("a");
	}

	private WorkerSubscription work() {
		return this.channel.work(RETRY, (event) -> this.worker.apply(event));
	}

	private void failFirst(Throwable failure) {
		this.worker = (event) -> {
			this.handled.add(event.type());
			return (this.handled.size() == 1) ? CompletableFuture.failedFuture(failure)
					: CompletableFuture.completedFuture(null);
		};
	}

	private static EventStream.Entry entry(String id, String type) {
		return new EventStream.Entry(id, Script.bytes(json(type)), 0);
	}

	private static String json(String type) {
		return "{\"type\":\"" + type + "\"}";
	}

	/**
	 * Brings entries when it is told to.
	 */
	private static final class FakeReader implements StreamPump.EventReader {

		private final Deque<CompletableFuture<List<EventStream.Entry>>> waiting = new ArrayDeque<>();

		private final List<Integer> counts = new ArrayList<>();

		private boolean closed;

		@Override
		public void close() {
			this.closed = true;
		}

		boolean isClosed() {
			return this.closed;
		}

		@Override
		public CompletionStage<List<EventStream.Entry>> read(EventStream stream, int count) {
			CompletableFuture<List<EventStream.Entry>> result = new CompletableFuture<>();
			this.waiting.add(result);
			this.counts.add(count);
			return result;
		}

		List<Integer> counts() {
			return this.counts;
		}

		void bring(EventStream.Entry... entries) {
			this.waiting.remove().complete(List.of(entries));
		}

		void fail() {
			this.waiting.remove().completeExceptionally(new IllegalStateException("expected by the test"));
		}

	}

}
