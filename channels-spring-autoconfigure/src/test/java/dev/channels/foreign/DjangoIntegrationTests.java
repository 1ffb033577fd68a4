package dev.channels.foreign;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.GroupAddress;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.MarkdownPage;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.web.bind.annotation.PathVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A Django application and a Spring application on one Redis. Each test has a room of its
 * own, with a client of either.
 */
@ExtendWith(OutputCaptureExtension.class)
class DjangoIntegrationTests {

	private static final MarkdownPage PAGE = read("docs/django.md");

	private static RedisServer redis;

	private static DjangoServer django;

	private static TestServer spring;

	@RegisterExtension
	static final TestExecutionExceptionHandler showsLog = (context, failure) -> {
		failure.addSuppressed(new IllegalStateException("The log of Django:\n" + django.log()));
		throw failure;
	};

	@BeforeAll
	static void start() throws Exception {
		redis = RedisServer.start();
		django = DjangoServer.start(redis);
		TestServer.Builder builder = TestServer
			.with(Probe.class, Any.class, Class.forName("dev.channels.quickstart.ChatConsumer"))
			.property("channels.routes[1].path=/ws/probe/{room}/")
			.property("channels.routes[1].consumer=probe")
			.property("channels.routes[2].path=/ws/any/{room}/")
			.property("channels.routes[2].consumer=any")
			.property("REDIS_URL=redis://" + redis.host() + ":" + redis.port());
		settingsOfPage().forEach((name, value) -> builder.property(name + "=" + value));
		spring = builder.start();
	}

	@AfterAll
	static void stop() {
		if (spring != null) {
			spring.close();
		}
		if (django != null) {
			django.close();
		}
		if (redis != null) {
			redis.close();
		}
	}

	@Test
	void pageShowsWhatIsRun() throws Exception {
		Path directory = Path.of(DjangoIntegrationTests.class.getResource("/django").toURI());
		assertThat(PAGE.blocks("python"))
			.anySatisfy((block) -> assertThat(content(directory, "settings.py")).contains(block))
			.contains(content(directory, "consumers.py"));
	}

	@Test
	void chatRoomSpansBoth() throws Exception {
		try (RawClient there = RawClient.open(django.port(), "/ws/chat/lobby/")) {
			awaitSubscriber("asgi__group__chat_lobby");
			try (RawClient here = RawClient.open(spring, "/ws/chat/lobby")) {
				there.send("{\"message\": \"grüße 😀 from Django\"}");
				assertThat(here.readText()).isEqualTo("{\"message\":\"grüße 😀 from Django\"}");
				assertThat(json(there.readText())).isEqualTo(Map.of("message", "grüße 😀 from Django"));
				here.send("{\"message\": \"grüße 😀 from Spring\"}");
				assertThat(here.readText()).isEqualTo("{\"message\":\"grüße 😀 from Spring\"}");
				assertThat(json(there.readText())).isEqualTo(Map.of("message", "grüße 😀 from Spring"));
			}
		}
	}

	@Test
	void eventsOfSpringHaveNothingButTheirProperties() throws Exception {
		try (Room room = Room.open("plain")) {
			room.group().send(Event.of("probe.note", Map.of("text", "hi")));
			assertThat(room.django().readText()).isEqualTo("{'text': 'hi', 'type': 'probe.note'}");
			room.group().send(Event.of("probe.note.with.dots"));
			assertThat(room.django().readText()).isEqualTo("{'type': 'probe.note.with.dots'}");
			room.group().except(List.of(room.springName())).send(Event.of("probe.note", Map.of("text", "not for me")));
			assertThat(room.django().readText()).isEqualTo(
					"{'__channels_except': ['" + room.springName() + "'], 'text': 'not for me', 'type': 'probe.note'}");
			room.djangoSends("{'event': {'type': 'probe.note', 'text': 'the next'}}");
			assertThat(room.spring().readText()).isEqualTo("note hi");
			assertThat(room.spring().readText()).isEqualTo("note the next");
		}
	}

	@Test
	void anEventForSeveralGroupsComesOncePerGroup() throws Exception {
		try (Room one = Room.open("several-1"); Room two = Room.open("several-2")) {
			spring.channels()
				.groups("probe_several-1", "probe_several-2")
				.send(Event.of("probe.note", Map.of("text", "to both")));
			one.group().send(Event.of("probe.note", Map.of("text", "the next")));
			for (Room room : List.of(one, two)) {
				assertThat(room.django().readText()).startsWith("{'__channels_once': {")
					.endsWith("'text': 'to both', 'type': 'probe.note'}");
				assertThat(room.spring().readText()).isEqualTo("note to both");
			}
			assertThat(one.django().readText()).isEqualTo("{'text': 'the next', 'type': 'probe.note'}");
			assertThat(one.spring().readText()).isEqualTo("note the next");
		}
	}

	@Test
	void djangoSendsToOneConnectionOfSpring() throws Exception {
		try (Room room = Room.open("to-spring"); RawClient other = RawClient.open(spring, "/ws/probe/to-spring/")) {
			assertThat(other.readText()).isNotEqualTo(room.springName());
			room.djangoSends(
					"{'channel': '" + room.springName() + "', 'event': {'type': 'probe.note', 'text': 'you'}}");
			room.djangoSends("{'event': {'type': 'probe.note', 'text': 'all'}}");
			assertThat(room.spring().readText()).isEqualTo("note you");
			assertThat(room.spring().readText()).isEqualTo("note all");
			assertThat(other.readText()).isEqualTo("note all");
		}
	}

	@Test
	void springSendsToOneConnectionOfDjango() throws Exception {
		try (Room room = Room.open("to-django"); RawClient other = openDjango("to-django")) {
			other.readText();
			assertThat(room.djangoName()).matches("asgispecific\\.[0-9a-f]{32}");
			long lost = spring.drops(DropReason.NO_RECEIVER);
			spring.channels().connection(room.djangoName()).send(Event.of("probe.note", Map.of("text", "you")));
			room.group().send(Event.of("probe.note", Map.of("text", "all")));
			assertThat(room.django().readText()).isEqualTo("{'text': 'you', 'type': 'probe.note'}");
			assertThat(room.django().readText()).isEqualTo("{'text': 'all', 'type': 'probe.note'}");
			assertThat(other.readText()).isEqualTo("{'text': 'all', 'type': 'probe.note'}");
			assertThat(spring.drops(DropReason.NO_RECEIVER)).isEqualTo(lost);
			spring.channels()
				.connection("asgispecific." + "0".repeat(32))
				.send(Event.of("probe.note"))
				.toCompletableFuture()
				.get(10, TimeUnit.SECONDS);
			assertThat(spring.drops(DropReason.NO_RECEIVER)).isEqualTo(lost + 1);
		}
	}

	@Test
	void valuesOfDjangoArrive() throws Exception {
		try (Room room = Room.open("values")) {
			room.djangoSends("{'event': 'values'}");
			assertThat(json(room.spring().readText())).isEqualTo(json("""
					{"text": "grüße 😀 \\u0000", "binary": "AP+A",
					"nested": {"list": [1, [2.5, {"deep": null}], {}, []]}, "nothing": null, "yes": true,
					"large": 9007199254740993, "largest": 18446744073709551615, "smallest": -9223372036854775808,
					"fraction": 0.1, "huge": 1e300, "infinite": "Infinity"}"""));
		}
	}

	@Test
	void valuesGoBackAsTheyCame() throws Exception {
		try (Room room = Room.open("back"); RawClient any = RawClient.open(spring, "/ws/any/back/")) {
			any.readText();
			room.djangoSends("{'event': 'values'}");
			String original = room.django().readText();
			assertThat(original).contains("'binary': b'\\x00\\xff\\x80'", "'nothing': None",
					"'largest': 18446744073709551615");
			Values typed = JsonMapper.shared().readValue(room.spring().readText(), Values.class);
			room.group().send(typed);
			assertThat(room.django().readText()).isEqualTo(original);
			Event untyped = Any.received.poll(10, TimeUnit.SECONDS);
			room.group().send(untyped);
			assertThat(room.django().readText()).isEqualTo(original);
		}
	}

	@Test
	void leaveStopsDelivery() throws Exception {
		try (Room room = Room.open("leave"); RawClient stays = RawClient.open(spring, "/ws/probe/leave/")) {
			stays.readText();
			assertThat(room.spring().send("leave").readText()).isEqualTo("left");
			room.djangoSends("{'event': {'type': 'probe.note', 'text': 'for members'}}");
			room.djangoSends(
					"{'channel': '" + room.springName() + "', 'event': {'type': 'probe.note', 'text': 'direct'}}");
			assertThat(stays.readText()).isEqualTo("note for members");
			assertThat(room.spring().readText()).isEqualTo("note direct");
		}
	}

	@Test
	void typesAndBytesThatSpringDoesNotKnowAreDropped(CapturedOutput output) throws Exception {
		long unknown = spring.drops(DropReason.NO_HANDLER);
		long undecodable = spring.drops(DropReason.UNDECODABLE);
		try (Room room = Room.open("unknown"); RawClient any = RawClient.open(spring, "/ws/any/unknown/")) {
			String anyName = any.readText();
			for (String type : List.of("no.such", "probe_note", "_hidden")) {
				room.djangoSends("{'channel': '" + room.springName() + "', 'event': {'type': '" + type + "'}}");
			}
			room.djangoSends("{'channel': '" + anyName + "', 'event': {'type': '_hidden'}}");
			room.djangoSends("{'channel': '" + room.springName() + "', 'event': {'no': 'type'}}");
			redis.cli("PUBLISH", room.springName(), "no event");
			room.djangoSends("{'event': {'type': 'probe.note', 'text': 'still here'}}");
			assertThat(room.spring().readText()).isEqualTo("note still here");
			assertThat(any.readText()).isEqualTo("probe.note");
		}
		assertThat(spring.drops(DropReason.NO_HANDLER)).isEqualTo(unknown + 2);
		assertThat(spring.drops(DropReason.UNDECODABLE)).isEqualTo(undecodable + 4);
		assertThat(output.getAll()).containsOnlyOnce("Dropped (no-handler): event 'no.such'")
			.containsOnlyOnce("Dropped (undecodable): ")
			.doesNotContain("_hidden", "ERROR", "\tat ");
	}

	@Test
	void typeThatDjangoDoesNotKnowEndsItsConsumer() throws Exception {
		try (Room room = Room.open("fatal")) {
			spring.channels().connection(room.djangoName()).send(Event.of("no.such"));
			assertThat(room.django().readClose().closeCode()).isEqualTo(1011);
			assertThat(django.log()).contains("No handler for message type no.such");
		}
		try (Room room = Room.open("disconnect")) {
			spring.channels().connection(room.djangoName()).disconnect(4000, "asked");
			assertThat(room.django().readClose().closeCode()).isEqualTo(1011);
		}
	}

	private static RawClient openDjango(String room) throws IOException {
		return RawClient.open(django.port(), "/ws/probe/" + room + "/");
	}

	/**
	 * Django's layer goes on before Redis has acknowledged a subscription.
	 */
	private static void awaitSubscriber(String redisChannel) {
		await().untilAsserted(
				() -> assertThat(redis.cli("PUBSUB", "NUMSUB", redisChannel)).isEqualTo(redisChannel + "\n1"));
	}

	private static Properties settingsOfPage() {
		YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
		yaml.setResources(new ByteArrayResource(PAGE.blocks("yaml").get(0).getBytes(StandardCharsets.UTF_8)));
		return yaml.getObject();
	}

	private static Object json(String text) {
		return JsonMapper.shared().readValue(text, Object.class);
	}

	private static String content(Path directory, String file) {
		try {
			return Files.readString(directory.resolve(file));
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	private static MarkdownPage read(String page) {
		try {
			return MarkdownPage.read(page);
		}
		catch (IOException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * A group with one client of either application.
	 */
	private record Room(String name, RawClient django, String djangoName, RawClient spring,
			String springName) implements AutoCloseable {

		static Room open(String name) throws IOException {
			RawClient there = openDjango(name);
			String nameThere = there.readText();
			awaitSubscriber(nameThere);
			awaitSubscriber("asgi__group__probe_" + name);
			RawClient here = RawClient.open(DjangoIntegrationTests.spring, "/ws/probe/" + name + "/");
			return new Room(name, there, nameThere, here, here.readText());
		}

		GroupAddress group() {
			return DjangoIntegrationTests.spring.channels().group("probe_" + this.name);
		}

		void djangoSends(String command) throws IOException {
			this.django.send(command.replace('\'', '"'));
		}

		@Override
		public void close() throws IOException {
			this.django.close();
			this.spring.close();
		}

	}

	@Consumer("probe")
	static class Probe {

		private String group;

		@OnConnect
		void connect(Connection connection, @PathVariable String room) {
			this.group = "probe_" + room;
			connection.join(this.group);
			connection.send(connection.channelName());
		}

		@OnReceive
		CompletionStage<String> leave(String command, Connection connection) {
			return connection.leave(this.group).thenApply((done) -> "left");
		}

		@OnEvent("probe.note")
		String note(Map<String, Object> note) {
			return "note " + note.get("text");
		}

		@OnEvent
		Values values(Values values) {
			return values;
		}

	}

	/**
	 * Takes all types of events.
	 */
	@Consumer(name = "any", groups = "probe_{room}")
	static class Any {

		static final BlockingQueue<Event> received = new LinkedBlockingQueue<>();

		@OnConnect
		void connect(Connection connection) {
			connection.send(connection.channelName());
		}

		@OnEvent
		String any(Event event) {
			received.add(event);
			return event.type();
		}

	}

	@EventType("probe.values")
	record Values(String text, byte[] binary, Map<String, Object> nested, String nothing, boolean yes, long large,
			BigInteger largest, long smallest, double fraction, double huge, double infinite) {
	}

}
