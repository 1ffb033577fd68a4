package dev.channels.test.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

import dev.channels.Event;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Subscriptions, when a connection is lost.
 */
class RedisSubscriptionsIntegrationTests {

	private static final EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

	private static final GroupName ROOM = GroupName.of("room");

	private final Queue<String> received = new ConcurrentLinkedQueue<>();

	private final Queue<Duration> gaps = new ConcurrentLinkedQueue<>();

	private RedisServer redis;

	private RedisNodes nodes;

	@BeforeEach
	void start() {
		this.redis = RedisServer.local();
	}

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	@Test
	void nothingIsSubscribedTwiceAfterAReconnect() throws Exception {
		this.nodes = RedisNodes.on(this.redis);
		RedisChannelLayer layer = connect();
		ChannelName channel = connection(layer);
		List<CompletionStage<Void>> joins = new ArrayList<>();
		for (int i = 0; i < 1200; i++) {
			joins.add(layer.groupAdd(GroupName.of("room-" + i), channel));
		}
		for (CompletionStage<Void> join : joins) {
			join.toCompletableFuture().get(10, TimeUnit.SECONDS);
		}
		layer.groupAdd(ROOM, channel).toCompletableFuture().get(10, TimeUnit.SECONDS);
		this.redis.cli("CONFIG", "RESETSTAT");
		this.redis.cli("CLIENT", "KILL", "TYPE", "pubsub");
		await().atMost(10, TimeUnit.SECONDS).until(() -> this.gaps.size() == 1);
		awaitReceived(layer);
		assertThat(this.redis.cli("PUBSUB", "CHANNELS", "asgi__group__*").lines()).hasSize(1201);
		assertThat(this.redis.cli("INFO", "commandstats").lines())
			.filteredOn((line) -> line.startsWith("cmdstat_subscribe:"))
			.singleElement()
			.asString()
			.as("the client's own")
			.startsWith("cmdstat_subscribe:calls=1,");
	}

	private RedisChannelLayer connect() {
		return this.nodes.start(LayerSettings.defaults(), new DropCounter(), new RedisLayerListener() {

			@Override
			public void gapEnded(Duration gap) {
				RedisSubscriptionsIntegrationTests.this.gaps.add(gap);
			}

		});
	}

	private ChannelName connection(RedisChannelLayer layer) {
		ChannelName channel = layer.newChannel();
		layer.subscribe(channel, this::received);
		return channel;
	}

	private void received(Delivery delivery) {
		SharedEvent event = delivery.take();
		if (event != null) {
			this.received.add(event.type());
		}
	}

	private void awaitReceived(RedisChannelLayer layer) {
		this.received.clear();
		await().atMost(10, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
			layer.groupSend(ROOM, codec.encode(Event.of("hi", Map.of()))).toCompletableFuture().get();
			return this.received.contains("hi");
		});
	}

}
