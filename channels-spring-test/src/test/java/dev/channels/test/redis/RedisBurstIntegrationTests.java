package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import dev.channels.Event;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * More events at once than the Redis client takes.
 */
class RedisBurstIntegrationTests {

	private static final int BURST = 50_000;

	private static final EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

	private final RedisServer redis = RedisServer.local();

	private final RedisNodes nodes = RedisNodes.on(this.redis);

	private final RedisChannelLayer layer = this.nodes.start(
			new LayerSettings(BURST, List.of(), Duration.ofSeconds(60), Duration.ZERO, Duration.ofHours(24)),
			new DropCounter(), new RedisLayerListener() {
			});

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	@RepeatedTest(3)
	void aBurstToAGroupIsCarried() throws Exception {
		GroupName group = GroupName.of("news");
		Population members = new Population(this.layer).join(1, List.of(group));
		long begin = System.nanoTime();
		List<CompletableFuture<?>> sent = new ArrayList<>();
		for (int i = 1; i <= BURST; i++) {
			sent.add(
					this.layer.groupSend(group, codec.encode(Event.of("number", Map.of("sender", "test", "number", i))))
						.toCompletableFuture());
		}
		long taken = System.nanoTime();
		assertThat(failuresOf(sent)).isEmpty();
		await().atMost(10, TimeUnit.SECONDS).until(() -> members.members().get(0).received() == BURST);
		System.out.printf("A burst of %d events: taken in %d ms, delivered after %d ms%n", BURST,
				TimeUnit.NANOSECONDS.toMillis(taken - begin), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
		assertThat(members.violations()).isEmpty();
	}

	@Test
	void aBurstToAWorkerChannelIsCarried() throws Exception {
		ChannelName channel = ChannelName.of("jobs");
		List<CompletableFuture<?>> sent = new ArrayList<>();
		for (int i = 1; i <= 20_000; i++) {
			CompletionStage<Void> stage = this.layer.send(channel, codec.encode(Event.of("job", Map.of("n", i))));
			sent.add(stage.toCompletableFuture());
		}
		assertThat(failuresOf(sent)).isEmpty();
		assertThat(this.redis.cli("XLEN", "asgi:worker:{jobs}")).isEqualTo("20000");
	}

	private static List<Throwable> failuresOf(List<CompletableFuture<?>> stages) throws Exception {
		CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new))
			.handle((result, failure) -> null)
			.get(20, TimeUnit.SECONDS);
		return stages.stream()
			.filter(CompletableFuture::isCompletedExceptionally)
			.map((stage) -> stage.handle((result, failure) -> failure).join())
			.map(Throwable.class::cast)
			.limit(3)
			.toList();
	}

}
