package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Event;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.Test;

import static org.awaitility.Awaitility.await;

class RateTempIntegrationTests {

	@Test
	void rate() throws Exception {
		EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());
		try (RedisServer redis = RedisServer.local(); RedisNodes nodes = RedisNodes.on(redis)) {
			for (Duration expiry : List.of(Duration.ZERO, Duration.ofHours(1))) {
				RedisChannelLayer layer = nodes.start(
						new LayerSettings(100_000, List.of(), Duration.ofSeconds(60), expiry, Duration.ofHours(24)),
						new DropCounter(), new RedisLayerListener() {
						});
				int round = 0;
				for (int concurrency : new int[] { 1, 1, 4, 16 }) {
					ChannelName name = ChannelName.of("jobs-" + expiry.toHours() + "-" + round++);
					int number = 10_000;
					List<CompletionStage<Void>> sends = new ArrayList<>();
					for (int i = 0; i < number; i++) {
						sends.add(layer.send(name, codec.encode(Event.of("job", Map.of("n", i)))));
						if (sends.size() % 2000 == 0) {
							sends.get(i).toCompletableFuture().get(20, TimeUnit.SECONDS);
						}
					}
					for (CompletionStage<Void> send : sends) {
						send.toCompletableFuture().get(20, TimeUnit.SECONDS);
					}
					AtomicInteger handled = new AtomicInteger();
					redis.cli("CONFIG", "RESETSTAT");
					long begin = System.nanoTime();
					for (int i = 0; i < concurrency; i++) {
						layer.work(name, RetryPolicy.defaults(), (event) -> {
							handled.incrementAndGet();
							return CompletableFuture.completedStage(null);
						});
					}
					await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(1)).until(() -> handled.get() == number);
					System.out.println("RATE expiry " + expiry + " concurrency " + concurrency + ": "
							+ (long) (number / ((System.nanoTime() - begin) / 1e9)) + "/s");
				}
				Thread.sleep(3000);
				redis.cli("CONFIG", "RESETSTAT");
				Thread.sleep(10_000);
				System.out.println("IDLE 4 channels, 10 s: " + redis.cli("INFO", "commandstats").lines().filter((l) -> l.contains("calls")).map((l) -> l.substring(8, l.indexOf(','))).toList());
			}
		}
	}

}
