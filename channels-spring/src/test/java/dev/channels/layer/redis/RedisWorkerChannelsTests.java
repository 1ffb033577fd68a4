package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelFullException;
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
import dev.channels.layer.UnservedChannels;
import dev.channels.layer.WorkerSubscription;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RedisWorkerChannels}: what a send does, and which channels are kept.
 */
class RedisWorkerChannelsTests {

	private static final ChannelName JOBS = ChannelName.of("jobs");

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final FakeRedis redis = new FakeRedis().answer("STREAM_CLAIM", List.of())
		.answer("STREAM_ADOPT", List.of())
		.answer("STREAM_RELEASE", 0L)
		.answer("STREAM_EXPIRE", List.of(2L, -1L));

	private final DropCounter drops = new DropCounter();

	private final ManualTimer timer = new ManualTimer();

	private final Deque<CompletableFuture<List<EventStream.Entry>>> reads = new ArrayDeque<>();

	@Test
	void warnsOfTheFirstEventOfAChannelThatNeverHadAWorker() {
		RedisWorkerChannels channels = channels(Duration.ZERO);
		try (CapturedLog log = CapturedLog.of(UnservedChannels.class)) {
			this.redis.answer("STREAM_SEND", List.of(1L, 0L));
			send(channels, "jbos");
			assertThat(log.messages()).isEmpty();
			work(channels);
			this.redis.answer("STREAM_SEND", List.of(1L, 1L));
			send(channels, "jobs");
			assertThat(log.messages()).as("it has one here, which has not read yet").isEmpty();
			send(channels, "jbos");
			assertThat(log.messages()).singleElement().asString().contains("'jbos'").endsWith("did you mean 'jobs'?");
		}
	}

	@Test
	void whatExpiresIsWatchedInsteadOfWarnedOf() {
		RedisWorkerChannels channels = channels(Duration.ofMinutes(1));
		try (CapturedLog log = CapturedLog.of(UnservedChannels.class)) {
			this.redis.answer("STREAM_SEND", List.of(1L, 1L));
			send(channels, "jobs");
			assertThat(log.messages()).isEmpty();
			assertThat(this.timer.delays()).containsExactly(Duration.ofMillis(60_001));
		}
	}

	@Test
	void whatHasExpiredMakesRoom() {
		RedisWorkerChannels channels = channels(Duration.ofMinutes(1));
		this.redis.answer("STREAM_SEND", List.of(0L, 0L));
		assertThat(send(channels, "jobs")).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(ChannelFullException.class);
		assertThat(this.redis.received()).extracting((command) -> command.substring(0, command.indexOf(' ')))
			.containsExactly("STREAM_SEND", "STREAM_EXPIRE", "STREAM_SEND");
		assertThat(this.drops.total(DropReason.EXPIRED)).isEqualTo(2);
	}

	@Test
	void keepsAChannelAsLongAsItHasWorkersHere() {
		RedisWorkerChannels channels = channels(Duration.ZERO);
		WorkerSubscription first = work(channels);
		WorkerSubscription second = work(channels);
		first.stop();
		assertThat(channels.served()).containsExactly(JOBS);
		assertThat(second.stop()).isCompleted();
		assertThat(channels.served()).as("a read may still bring something").containsExactly(JOBS);
		this.reads.remove().complete(List.of());
		assertThat(channels.served()).isEmpty();
		assertThat(channels.whenLeft()).isCompleted();
	}

	@Test
	void aChannelThatGotAWorkerAgainIsKept() {
		RedisWorkerChannels channels = channels(Duration.ZERO);
		work(channels).stop();
		WorkerSubscription second = work(channels);
		this.reads.remove().complete(List.of());
		assertThat(channels.served()).containsExactly(JOBS);
		second.stop();
		this.reads.remove().complete(List.of());
		assertThat(channels.served()).isEmpty();
	}

	private static CompletableFuture<Void> send(RedisWorkerChannels channels, String channel) {
		return channels.send(ChannelName.of(channel), Script.bytes("{}")).toCompletableFuture();
	}

	private static WorkerSubscription work(RedisWorkerChannels channels) {
		return channels.work(JOBS, RetryPolicy.defaults(), (event) -> CompletableFuture.completedStage(null));
	}

	private RedisWorkerChannels channels(Duration expiry) {
		LayerSettings limits = LayerSettings.defaults();
		WorkerEvents events = new WorkerEvents(new EventCodec(this.mapper, new JsonEventSerializer()),
				new LocalDelivery(limits, this.drops, this.mapper));
		ExpiryWatch watch = new ExpiryWatch(expiry, this.drops, this.timer);
		return new RedisWorkerChannels((channel) -> new EventStream(this.redis, new RedisNames("asgi"), channel, "n1"),
				(stream) -> new RedisWorkerChannel(stream, new FakeReader(), events, watch, this.drops, this.timer,
						Duration.ofSeconds(10)),
				limits, events, watch, new Callbacks(Runnable::run));
	}

	private final class FakeReader implements StreamPump.EventReader {

		@Override
		public CompletionStage<List<EventStream.Entry>> read(EventStream stream, int count) {
			CompletableFuture<List<EventStream.Entry>> result = new CompletableFuture<>();
			RedisWorkerChannelsTests.this.reads.add(result);
			return result;
		}

		@Override
		public void close() {
		}

	}

}
