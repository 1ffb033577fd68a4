package dev.channels.test.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import dev.channels.ChannelLayerException;
import dev.channels.Event;
import dev.channels.layer.ChannelName;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.redis.RedisChannelLayer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the layer is asked while Redis is away ends soon: as a failure of the layer, or,
 * where this node can do it alone, well.
 */
class RedisFailuresIntegrationTests {

	private static final EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

	private static final GroupName group = GroupName.of("room");

	private final RedisServer redis = RedisServer.local();

	private final RedisNodes nodes = RedisNodes.on(this.redis);

	private final RedisChannelLayer layer = this.nodes.start();

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	@Test
	void whateverIsAskedEndsSoonInAnOutage() throws Exception {
		ChannelName member = this.layer.newChannel();
		this.layer.subscribe(member, (delivery) -> {
		});
		for (int i = 0; i < 3; i++) {
			this.layer.groupAdd(GroupName.of("room" + i), member).toCompletableFuture().get(5, TimeUnit.SECONDS);
		}
		this.redis.freeze();
		assertEndsSoon("just frozen", member, 0);
		await().atMost(20, TimeUnit.SECONDS).until(() -> !this.layer.isConnected());
		assertEndsSoon("frozen", member, 1);
		this.redis.kill();
		assertEndsSoon("killed", member, 2);
		this.redis.restart();
		await().atMost(10, TimeUnit.SECONDS).until(this.layer::isConnected);
		for (int i = 0; i < 3; i++) {
			GroupName left = GroupName.of("room" + i);
			await().atMost(20, TimeUnit.SECONDS)
				.until(() -> this.layer.groupSize(left).toCompletableFuture().get(2, TimeUnit.SECONDS) == 0);
		}
	}

	private void assertEndsSoon(String when, ChannelName member, int room) throws Exception {
		LayerEvent event = codec.encode(Event.of("note", Map.of()));
		Map<String, CompletionStage<?>> asked = new LinkedHashMap<>();
		asked.put("leave", this.layer.groupDiscard(GroupName.of("room" + room), member));
		asked.put("group send", this.layer.groupSend(group, event));
		asked.put("send to a connection", this.layer.send(ChannelName.ofConnection("0".repeat(32), "1"), event));
		asked.put("send to a worker", this.layer.send(ChannelName.of("jobs"), event));
		asked.put("size", this.layer.groupSize(group));
		asked.put("members", this.layer.groupMembers(group, null, 10));
		asked.put("dead letters", this.layer.deadLetters(ChannelName.of("jobs"), 10));
		for (Map.Entry<String, CompletionStage<?>> entry : asked.entrySet()) {
			CompletableFuture<Throwable> failure = entry.getValue()
				.<Throwable>handle((result, thrown) -> thrown)
				.toCompletableFuture();
			assertThat(failure).as(entry.getKey() + ", Redis is " + when).succeedsWithin(Duration.ofSeconds(4));
			if (entry.getKey().equals("leave")) {
				assertThat(failure.get()).as("leave, Redis is " + when).isNull();
			}
			else {
				assertThat(failure.get()).as(entry.getKey() + ", Redis is " + when)
					.isInstanceOf(ChannelLayerException.class);
			}
		}
	}

}
