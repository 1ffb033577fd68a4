package dev.channels.test.redis;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import dev.channels.Event;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.redis.DetectingEventSerializer;
import dev.channels.layer.redis.FernetEventSerializer;
import dev.channels.layer.redis.MsgpackEventSerializer;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Nodes that write differently understand each other.
 */
class RedisSerializersIntegrationTests {

	private static final EventSerializer json = new DetectingEventSerializer(new JsonEventSerializer());

	private static final EventSerializer msgpack = new DetectingEventSerializer(new MsgpackEventSerializer());

	private static final String OLD_KEY = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";

	private static final String NEW_KEY = "hkEjKHDjHKLYQ_pGNsAWtXFQqQLgZxMAvxpu6s8Mbrk=";

	private static final EventCodec encoder = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

	private static final AtomicInteger tests = new AtomicInteger();

	@AutoClose
	private static final RedisServer redis = RedisServer.start();

	private final String prefix = "test" + tests.incrementAndGet();

	private final RedisNodes senders = RedisNodes.on(redis).prefix(this.prefix);

	private final RedisNodes receivers = RedisNodes.on(redis).prefix(this.prefix);

	private final DropCounter drops = new DropCounter();

	private final Queue<SharedEvent> received = new ConcurrentLinkedQueue<>();

	@AfterEach
	void stopNodes() {
		this.senders.close();
		this.receivers.close();
	}

	static Stream<Arguments> pairs() {
		EventSerializer before = new FernetEventSerializer(json, List.of(OLD_KEY));
		EventSerializer between = new FernetEventSerializer(msgpack, List.of(OLD_KEY, NEW_KEY));
		EventSerializer after = new FernetEventSerializer(json, List.of(NEW_KEY, OLD_KEY));
		return Stream.of(Arguments.of("json to json", json, json), Arguments.of("json to msgpack", json, msgpack),
				Arguments.of("msgpack to json", msgpack, json), Arguments.of("msgpack to msgpack", msgpack, msgpack),
				Arguments.of("before the new key is known", before, between),
				Arguments.of("the new key is known, not used yet", between, after),
				Arguments.of("the new key is used", after, between));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("pairs")
	void eventsReachOtherNodes(String name, EventSerializer from, EventSerializer to) throws Exception {
		RedisChannelLayer sender = this.senders.serializer(from).start();
		RedisChannelLayer receiver = startReceiver(to);
		GroupName group = GroupName.of("room");
		ChannelName left = receiver.newChannel();
		ChannelName out = receiver.newChannel();
		Queue<SharedEvent> none = new ConcurrentLinkedQueue<>();
		subscribe(receiver, left, this.received);
		subscribe(receiver, out, none);
		get(receiver.groupAdd(group, left));
		get(receiver.groupAdd(group, out));
		Map<String, Object> payload = new LinkedHashMap<>();
		payload.put("text", "h\u00e9llo \u0000 \ud83d\ude00");
		payload.put("nothing", null);
		payload.put("nested", Map.of("list", List.of(1, 2.5, true, Long.MIN_VALUE)));
		ChannelName jobs = ChannelName.of("jobs");

		get(sender.groupSend(group,
				encoder.encode(Event.of("note", payload)).with(LayerEvent.EXCEPT, List.of(out.value()))));
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.received.size() == 1);
		get(sender.send(left, encoder.encode(Event.of("note", payload))));
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.received.size() == 2);
		get(sender.send(jobs, encoder.encode(Event.of("note", payload))));
		receiver.work(jobs, new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1)), (event) -> {
			this.received.add(event);
			return CompletableFuture.failedStage(new IllegalStateException("no"));
		});
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.received.size() == 3);

		assertThat(this.received).allSatisfy((event) -> {
			assertThat(event.type()).isEqualTo("note");
			assertThat(event.payload(Map.class)).isEqualTo(payload);
		});
		assertThat(none).isEmpty();
		await().atMost(20, TimeUnit.SECONDS).until(() -> get(sender.deadLetters(jobs, 2)).size() == 1);
		assertThat(this.drops.total(DropReason.UNDECODABLE)).isZero();
	}

	/**
	 * A node that lacks the key, or that encrypts while others do not, is told by a
	 * metric and a warning; no connection ends.
	 */
	@Test
	void whatANodeCannotReadIsCounted() throws Exception {
		RedisChannelLayer sender = this.senders.serializer(new FernetEventSerializer(json, List.of(NEW_KEY))).start();
		RedisChannelLayer receiver = startReceiver(new FernetEventSerializer(json, List.of(OLD_KEY)));
		RedisChannelLayer plain = this.senders.serializer(json).start();
		GroupName group = GroupName.of("room");
		ChannelName member = receiver.newChannel();
		subscribe(receiver, member, this.received);
		get(receiver.groupAdd(group, member));
		get(sender.groupSend(group, encoder.encode(Event.of("note", Map.of()))));
		get(plain.groupSend(group, encoder.encode(Event.of("note", Map.of()))));
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.drops.total(DropReason.UNDECODABLE) == 2);
		assertThat(this.received).isEmpty();
		get(receiver.groupSend(group, encoder.encode(Event.of("note", Map.of()))));
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.received.size() == 1);
	}

	@Test
	void redisSeesNothingOfWhatIsEncrypted() throws Exception {
		RedisChannelLayer layer = this.senders.serializer(new FernetEventSerializer(json, List.of(NEW_KEY))).start();
		ChannelName member = layer.newChannel();
		subscribe(layer, member, this.received);
		LayerEvent event = encoder.encode(Event.of("secret.type", Map.of("field", "secret value")));
		try (var monitor = redis.monitor()) {
			get(layer.send(member, event));
			get(layer.send(ChannelName.of("jobs"), event));
			await().atMost(20, TimeUnit.SECONDS)
				.until(() -> monitor.lines().stream().anyMatch((line) -> line.contains("jobs")));
			assertThat(monitor.lines()).noneMatch((line) -> line.contains("secret") || line.contains("field"));
		}
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.received.size() == 1);
	}

	private RedisChannelLayer startReceiver(EventSerializer serializer) {
		return this.receivers.serializer(serializer)
			.start(LayerSettings.defaults(), this.drops, new RedisLayerListener() {
			});
	}

	private static void subscribe(RedisChannelLayer layer, ChannelName channel, Queue<SharedEvent> events)
			throws Exception {
		get(layer.subscribe(channel, (Delivery delivery) -> events.add(delivery.take())));
	}

	private static <T> T get(CompletionStage<T> stage) throws Exception {
		return stage.toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

}
