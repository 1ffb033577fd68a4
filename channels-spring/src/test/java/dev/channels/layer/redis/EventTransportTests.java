package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelFullException;
import dev.channels.ChannelLayerException;
import dev.channels.Event;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link EventPublisher} and {@link EventReceiver}, the two ends of a Redis
 * channel.
 */
class EventTransportTests {

	private static final String JSON = "{\"type\":\"chat\",\"n\":1}";

	private static final GroupName ROOM = GroupName.of("room");

	private static final ChannelName MINE = ChannelName.of("specific.n1!1");

	private static final ChannelName REMOTE = ChannelName.of("specific.n2!1");

	private static final ChannelName DJANGO = ChannelName.of("asgispecific.0123");

	private final CapturedLog log = CapturedLog.of(DropCounter.class);

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final FakeRedis redis = new FakeRedis().answer("publish", 1L).answer("spublish", 1L);

	private final RedisNames names = new RedisNames("asgi");

	private final DropCounter drops = new DropCounter();

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), this.drops, this.mapper);

	private final EventCodec codec = new EventCodec(this.mapper, new JsonEventSerializer());

	private final List<LayerEvent> controls = new ArrayList<>();

	private final List<Delivery> deliveries = new ArrayList<>();

	private final EventReceiver receiver = new EventReceiver(this.names, "n1", this.codec, this.local, this.drops,
			"gone:7000"::equals, this.controls::add);

	private EventPublisher publisher = publisher(PubSubMode.SINGLE);

	@AfterEach
	void release() {
		this.log.close();
	}

	@Test
	void publishesToAGroup() {
		assertThat(this.publisher.toGroup(ROOM, event())).isCompleted();
		assertThat(this.redis.received()).containsExactly("publish asgi__group__room " + JSON);
	}

	@Test
	void publishesToAUserWhoseNameStaysHidden() {
		this.publisher.toGroup(GroupName.ofUser("ann"), event());
		assertThat(this.redis.received()).singleElement()
			.asString()
			.matches("publish asgi__user__[0-9a-f]{64} .*")
			.doesNotContain("ann");
	}

	@Test
	void publishesToTheNodeOfAConnection() {
		this.publisher.toConnection(REMOTE, event());
		assertThat(this.redis.received())
			.containsExactly("publish asgi__node__n2 {\"type\":\"chat\",\"n\":1,\"__channels_to\":\"specific.n2!1\"}");
	}

	@Test
	void publishesToAConnectionOfDjangoByItsName() {
		this.publisher.toDjangoConnection(DJANGO, event());
		assertThat(this.redis.received()).containsExactly("publish asgispecific.0123 " + JSON);
	}

	@Test
	void anEventThatExcludesNobodyKnowsWhomIsCountedAndLeavesNoTrace() {
		this.local.subscribe(MINE, this.deliveries::add);
		this.local.join(ROOM, MINE);
		this.receiver.received("asgi__group__room", Script.bytes("{\"type\":\"chat\",\"__channels_except\":[null]}"));
		assertThat(this.deliveries).isEmpty();
		assertThat(this.drops.total(DropReason.UNDECODABLE)).isEqualTo(1);
		assertThat(this.log.messages()).containsExactly("Dropped (undecodable): a map whose '__channels_except' is not"
				+ " a list of names on Redis channel asgi__group__room");
	}

	@Test
	void deliversToAConnectionOfThisNodeWithoutDetour() {
		this.local.subscribe(MINE, this.deliveries::add);
		assertThat(this.publisher.toConnection(MINE, event())).isCompleted();
		assertThat(this.deliveries).hasSize(1);
		assertThat(this.redis.received()).isEmpty();
	}

	@Test
	void tellsThatAConnectionOfThisNodeIsFull() {
		this.local.subscribe(MINE, this.deliveries::add);
		int capacity = this.local.capacityOf(MINE);
		for (int i = 0; i < capacity; i++) {
			this.publisher.toConnection(MINE, event());
		}
		assertThat(this.publisher.toConnection(MINE, event())).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(ChannelFullException.class);
	}

	@Test
	void countsEventsForAConnectionOfThisNodeThatIsGone() {
		assertThat(this.publisher.toConnection(MINE, event())).isCompleted();
		assertThat(this.drops.total(DropReason.NO_RECEIVER)).isEqualTo(1);
	}

	@Test
	void whatAReplacedMasterStillSendsOnIsDropped() {
		this.local.subscribe(MINE, this.deliveries::add);
		LayerEvent event = event().with(LayerEvent.TO, MINE.value());
		this.receiver.received("asgi__node__n1", this.codec.write(event.with(LayerEvent.VIA, "gone:7000")));
		assertThat(this.deliveries).isEmpty();
		assertThat(this.drops.total(DropReason.LATE)).isEqualTo(1);
		this.receiver.received("asgi__node__n1", this.codec.write(event.with(LayerEvent.VIA, "there:7000")));
		assertThat(this.deliveries).hasSize(1);
	}

	@Test
	void countsEventsThatNoNodeReceived() {
		this.redis.answer("publish", 0L);
		this.publisher.toConnection(REMOTE, event());
		this.publisher.toDjangoConnection(DJANGO, event());
		this.publisher.toGroup(ROOM, event());
		assertThat(this.drops.total(DropReason.NO_RECEIVER)).as("a group may be empty").isEqualTo(2);
	}

	@Test
	void aNodeOfAClusterOnlyKnowsItsOwnReceivers() {
		this.publisher = publisher(PubSubMode.CLUSTER);
		this.redis.answer("publish", 0L);
		this.publisher.toConnection(REMOTE, event());
		assertThat(this.drops.total(DropReason.NO_RECEIVER)).isZero();
	}

	@Test
	void aShardKnowsAllReceivers() {
		this.publisher = publisher(PubSubMode.SHARDED);
		this.redis.answer("spublish", 0L).answer("publish", 0L);
		this.publisher.toGroup(ROOM, event());
		this.publisher.toConnection(REMOTE, event());
		assertThat(this.redis.received()).hasSize(2).allMatch((command) -> command.startsWith("spublish "));
		assertThat(this.drops.total(DropReason.NO_RECEIVER)).isEqualTo(1);
		this.publisher.toDjangoConnection(DJANGO, event());
		assertThat(this.redis.received()).as("Django does not know shards")
			.singleElement()
			.asString()
			.startsWith("publish ");
		assertThat(this.drops.total(DropReason.NO_RECEIVER)).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource
	void failsWithoutRedis(PubSubMode mode) {
		this.redis.closed();
		CompletionStage<Void> sent = publisher(mode).toGroup(ROOM, event());
		assertThat(sent).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCauseInstanceOf(ChannelLayerException.class);
	}

	@Test
	void receivesForTheMembersOfAGroup() {
		this.local.subscribe(MINE, this.deliveries::add);
		this.local.join(ROOM, MINE);
		receive("asgi__group__room", JSON);
		receive("asgi__group__other", JSON);
		assertThat(types()).containsExactly("chat");
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"type\":\"chat\",\"__channels_except\":[null]}",
			"{\"type\":\"chat\",\"__channels_except\":{\"a\":1}}" })
	void whatNobodyCanDeliverIsCountedAndFloodsNoLog(String message) {
		this.local.subscribe(MINE, this.deliveries::add);
		this.local.join(ROOM, MINE);
		try (CapturedLog own = CapturedLog.of(EventReceiver.class)) {
			for (int i = 0; i < 100; i++) {
				receive("asgi__group__room", message);
			}
			receive("asgi__group__room", JSON);
			assertThat(types()).endsWith("chat");
			assertThat(this.drops.total(DropReason.UNDECODABLE) + this.deliveries.size() - 1).isEqualTo(100);
			assertThat(own.messages().size() + this.log.messages().size()).isLessThanOrEqualTo(1);
		}
	}

	@Test
	void receivesForAConnection() {
		this.local.subscribe(MINE, this.deliveries::add);
		receive("asgi__node__n1", "{\"type\":\"chat\",\"__channels_to\":\"specific.n1!1\"}");
		receive("specific.n1!1", "{\"type\":\"from.django\"}");
		assertThat(types()).containsExactly("chat", "from.django");
		assertThat(this.controls).isEmpty();
	}

	@Test
	void receivesForTheNodeItself() {
		receive("asgi__node__n1", "{\"type\":\"channels.flush\",\"__channels_flush\":\"n2\"}");
		assertThat(this.controls).extracting(LayerEvent::type).containsExactly("channels.flush");
	}

	@Test
	void countsWhatIsForAConnectionThatIsGoneOrFull() {
		receive("specific.n1!1", JSON);
		assertThat(this.drops.total(DropReason.NO_RECEIVER)).isEqualTo(1);
		this.local.subscribe(MINE, this.deliveries::add);
		for (int i = 0; i <= this.local.capacityOf(MINE); i++) {
			receive("specific.n1!1", JSON);
		}
		assertThat(this.drops.total(DropReason.CAPACITY)).isEqualTo(1);
	}

	@Test
	void countsWhatCannotBeDecoded() {
		receive("asgi__group__room", "not an event");
		receive("asgi__node__n1", "{\"type\":\"chat\",\"__channels_to\":\"no legal name\"}");
		assertThat(this.drops.total(DropReason.UNDECODABLE)).isEqualTo(2);
		assertThat(this.log.messages()).singleElement().asString().endsWith("on Redis channel asgi__group__room");
	}

	private EventPublisher publisher(PubSubMode mode) {
		return new EventPublisher(this.redis, new SendWindows(this.redis, Runnable::run), this.names, "n1", mode,
				this.codec, this.local, this.drops, new Callbacks(Runnable::run));
	}

	private LayerEvent event() {
		return this.codec.encode(new Event("chat", Map.of("n", 1)));
	}

	private void receive(String redisChannel, String message) {
		this.receiver.received(redisChannel, Script.bytes(message));
	}

	private List<String> types() {
		return this.deliveries.stream().map((delivery) -> delivery.take().type()).toList();
	}

}
