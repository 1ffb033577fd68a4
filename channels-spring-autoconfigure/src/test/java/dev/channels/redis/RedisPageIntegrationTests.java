package dev.channels.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.autoconfigure.ChannelsProperties;
import dev.channels.layer.ChannelLayers;
import dev.channels.test.MarkdownPage;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisCluster;
import dev.channels.test.redis.RedisMonitor;
import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What docs/redis.md says is so.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisPageIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final MarkdownPage PAGE = read();

	@Test
	void listingIsWhatRedisRuns() throws Exception {
		List<String> listing = block("SUBSCRIBE").lines().map(RedisPageIntegrationTests::normal).toList();
		try (RedisServer redis = RedisServer.start(); TestServer server = server(redis).start()) {
			try (RedisMonitor monitor = redis.monitor(); RawClient client = RawClient.open(server, "/ws/room")) {
				client.readText();
				await().atMost(LIMIT).until(() -> join(server.channels().group("room").size()) == 1);
				join(server.channels().group("room").send(Event.of("chat.message", Map.of("message", "hi"))));
				assertThat(client.readText()).isEqualTo("hi");
				client.close();
				await().atMost(LIMIT)
					.until(() -> monitor.lines().stream().anyMatch((line) -> line.contains("\"UNSUBSCRIBE\"")));
				List<String> run = monitor.lines()
					.stream()
					.filter((line) -> line.contains("room") || line.contains(":groups\" "))
					.filter((line) -> !line.contains(" lua]") && !line.contains("ZCARD"))
					.map((line) -> normal(line.substring(line.indexOf("] ") + 2)))
					.distinct()
					.toList();
				// two connections: the first commands have no order
				assertThat(run).containsExactlyInAnyOrderElementsOf(listing);
				assertThat(run.subList(5, 9)).isEqualTo(listing.subList(5, 9));
			}
		}
	}

	/**
	 * With placeholders for what differs from run to run.
	 */
	private static String normal(String command) {
		return command.replaceAll("[0-9a-f]{32}", "<node>").replaceAll("\"1\\.\\d+E12\"", "<time>");
	}

	@Test
	void usersMayDoWhatIsNeeded(CapturedOutput output) throws Exception {
		try (RedisServer redis = RedisServer.start()) {
			block("nocommands").lines().forEach((line) -> redis.cli(line.split(" ")));
			block("&specific").lines().forEach((line) -> redis.cli(line.split(" ")));
			assertThat(redis.cli("ACL", "DRYRUN", "channels", "GET", "other")).contains("no permissions");
			assertThat(redis.cli("ACL", "DRYRUN", "channels", "PUBLISH", "other", "x")).contains("no permissions");
			String dead = deadNode(redis);
			try (TestServer server = server(redis).property("spring.data.redis.username=channels")
				.property("spring.data.redis.password=secret")
				.property("spring.data.redis.database=1")
				.property("spring.data.redis.client-name=chat")
				.property("channels.layers.default.worker-expiry=1m")
				.property("channels.layers.default.redis.django-interop=true")
				.worker("jobs", "failing", "retry.max-attempts=2", "retry.backoff=10ms")
				.start()) {
				useEverything(server);
				await().atMost(LIMIT).until(() -> isReaped(redis, dead));
				join(server.bean(ChannelLayers.class).get("default").flush());
			}
			assertThat(redis.cli("ACL", "LOG")).isEmpty();
		}
		assertThat(output).doesNotContain("NOPERM", "refuses a command");
	}

	/**
	 * Also what is rarely run.
	 */
	@Test
	void usersMayDoWhatScriptsDo() throws Exception {
		String rights = block("nocommands");
		Resource[] scripts = new PathMatchingResourcePatternResolver()
			.getResources("classpath:dev/channels/layer/redis/*.lua");
		assertThat(scripts).isNotEmpty();
		for (Resource script : scripts) {
			String text = script.getContentAsString(StandardCharsets.UTF_8);
			Matcher command = Pattern.compile("redis\\.p?call\\('([A-Z]+)'(?:, '([A-Z]+)')?").matcher(text);
			while (command.find()) {
				String right = "+" + command.group(1).toLowerCase(Locale.ROOT);
				String subcommand = String.valueOf(command.group(2)).toLowerCase(Locale.ROOT);
				assertThat(rights.split("\\s+")).as(script.getFilename() + ": " + command.group())
					.containsAnyOf(right, right + "|" + subcommand);
			}
		}
	}

	@Test
	void usersOfAClusterToo(CapturedOutput output) throws Exception {
		try (RedisCluster cluster = RedisCluster.start()) {
			for (String block : List.of("nocommands", "+spublish")) {
				cluster.nodes().forEach((node) -> block(block).lines().forEach((line) -> node.cli(line.split(" "))));
			}
			try (TestServer server = server().property("spring.data.redis.username=channels")
				.property("spring.data.redis.password=secret")
				.property("spring.data.redis.cluster.nodes=" + String.join(",",
						cluster.nodes().stream().map((node) -> node.host() + ":" + node.port()).toList()))
				.property("channels.layers.default.redis.sharded-pubsub=true")
				.worker("jobs", "failing", "retry.max-attempts=2", "retry.backoff=10ms")
				.start()) {
				useEverything(server);
				join(server.bean(ChannelLayers.class).get("default").flush());
			}
			assertThat(cluster.nodes()).allSatisfy((node) -> assertThat(node.cli("ACL", "LOG")).isEmpty());
		}
		assertThat(output).doesNotContain("NOPERM", "refuses a command");
	}

	private static void useEverything(TestServer server) throws Exception {
		Channels channels = server.channels();
		try (RawClient client = RawClient.open(server, "/ws/room")) {
			String name = client.readText();
			Event event = Event.of("chat.message", Map.of("message", "hi"));
			join(channels.group("room").send(event));
			assertThat(client.readText()).isEqualTo("hi");
			join(channels.connection(name).send(event));
			assertThat(client.readText()).isEqualTo("hi");
			join(channels.connection("specific." + "0".repeat(32) + "!1").send(event));
			join(channels.user("ann").send(event));
			await().atMost(LIMIT).until(() -> join(channels.group("room").size()) == 1);
			assertThat(join(channels.group("room").members(null, 10)).channelNames()).containsExactly(name);
			join(channels.channel("jobs").send(Event.of("job")));
			await().atMost(LIMIT).until(() -> join(channels.channel("jobs").deadLetters(10)).size() == 1);
			assertThat(join(channels.channel("jobs").redeliverAll())).isEqualTo(1);
			await().atMost(LIMIT).until(() -> join(channels.channel("jobs").deadLetters(10)).size() == 1);
			assertThat(join(channels.channel("jobs").discardAll())).isEqualTo(1);
		}
		await().atMost(LIMIT).until(() -> join(channels.group("room").size()) == 0);
	}

	/**
	 * What a node of the database that the test uses has left.
	 */
	private static String deadNode(RedisServer redis) {
		String dead = "0123456789abcdef".repeat(2);
		redis.cli("EVAL",
				"redis.call('SELECT', 1) redis.call('ZADD', 'asgi:{nodes}', 1, ARGV[1]) "
						+ "redis.call('ZADD', 'asgi:node:' .. ARGV[1] .. ':groups', 1, 'asgi:members:old') "
						+ "redis.call('ZADD', 'asgi:members:old', 1, 'specific.' .. ARGV[1] .. '!1')",
				"0", dead);
		return dead;
	}

	private static boolean isReaped(RedisServer redis, String dead) {
		return redis
			.cli("EVAL",
					"redis.call('SELECT', 1) return redis.call('EXISTS', 'asgi:members:old') "
							+ "+ (redis.call('ZSCORE', 'asgi:{nodes}', ARGV[1]) and 1 or 0)",
					"0", dead)
			.equals("0");
	}

	@Test
	void defaultsAreThoseOfTheProperties() {
		try (TestServer server = TestServer.with(Member.class)
			.property("channels.layers.default.backend=memory")
			.start()) {
			ChannelsProperties.Layer layer = server.bean(ChannelsProperties.class).layers().get("default");
			ChannelsProperties.Redis redis = layer.redis();
			assertDefault("serializer", layer.serializer().name().toLowerCase(Locale.ROOT));
			assertDefault("group-expiry", layer.groupExpiry().toHours() + "h");
			assertDefault("capacity", layer.capacity());
			assertDefault("worker-expiry", layer.workerExpiry().toSeconds() + "s");
			assertThat(redis.prefix()).isNull();
			assertThat(PAGE.text()).contains("| `redis.prefix` | `asgi`");
			assertDefault("redis.node-lease", redis.nodeLease().toSeconds() + "s");
			assertDefault("redis.claim-timeout", redis.claimTimeout().toSeconds() + "s");
			assertDefault("redis.django-interop", redis.djangoInterop());
			assertDefault("redis.sharded-pubsub", redis.shardedPubsub());
			assertDefault("redis.fail-fast", redis.failFast());
			assertThat(layer.encryptionKeys()).isNull();
			assertThat(redis.connectionFactory()).isNull();
		}
	}

	private static void assertDefault(String setting, Object value) {
		assertThat(PAGE.text()).contains("| `" + setting + "` | `" + value + "` |");
	}

	private static TestServer.Builder server(RedisServer redis) {
		return server().property("spring.data.redis.host=" + redis.host())
			.property("spring.data.redis.port=" + redis.port());
	}

	private static TestServer.Builder server() {
		return TestServer.with(Member.class, Failing.class)
			.property("channels.layers.default.backend=redis")
			.property("channels.layers.default.redis.fail-fast=true")
			.route("/ws/{group}", "member");
	}

	private static String block(String content) {
		return PAGE.blocks("redis").stream().filter((block) -> block.contains(content)).findFirst().orElseThrow();
	}

	private static MarkdownPage read() {
		try {
			return MarkdownPage.read("docs/redis.md");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static <T> T join(CompletionStage<T> stage) {
		return stage.toCompletableFuture().join();
	}

	@Consumer(name = "member", groups = "{group}")
	static class Member {

		@OnConnect
		void connect(Connection connection) {
			connection.send(connection.channelName());
		}

		@OnEvent("chat.message")
		String message(Map<String, Object> message) {
			return (String) message.get("message");
		}

	}

	@Consumer("failing")
	static class Failing {

		@OnEvent("job")
		void job() {
			throw new IllegalStateException("not this time");
		}

	}

}
