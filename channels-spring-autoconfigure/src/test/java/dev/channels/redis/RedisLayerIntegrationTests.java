package dev.channels.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisCluster;
import dev.channels.test.redis.RedisMonitor;
import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Each property of a layer on Redis does what it says, seen from within Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisLayerIntegrationTests {

	private static final String LAYER = "channels.layers.default.";

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@AutoClose
	private static final RedisServer redis = RedisServer.start();

	@Test
	void jsonIsTheDefault() throws Exception {
		assertThat(published()).isEqualTo("{\\\"type\\\":\\\"note\\\",\\\"text\\\":\\\"hello\\\"}");
	}

	@Test
	void msgpack() throws Exception {
		assertThat(published(LAYER + "serializer=msgpack")).isEqualTo("\\x82\\xa4type\\xa4note\\xa4text\\xa5hello");
	}

	@Test
	void encryption() throws Exception {
		assertThat(published(LAYER + "encryption-keys=secret")).startsWith("gAAAAA").doesNotContain("hello");
	}

	@Test
	void serializersAndKeysChangeNodeByNode() throws Exception {
		try (TestServer first = node(LAYER + "encryption-keys=old,new").start();
				TestServer second = node(LAYER + "encryption-keys=new,old", LAYER + "serializer=msgpack").start();
				RawClient one = member(first);
				RawClient two = member(second)) {
			for (TestServer sender : List.of(first, second)) {
				say(sender, "from " + sender.port());
				assertThat(one.readText()).isEqualTo("from " + sender.port());
				assertThat(two.readText()).isEqualTo("from " + sender.port());
			}
		}
	}

	@Test
	void prefix() throws Exception {
		try (TestServer node = node(LAYER + "redis.prefix=my.app").start();
				RawClient client = member(node);
				RedisMonitor monitor = redis.monitor()) {
			say(node, "hello");
			assertThat(client.readText()).isEqualTo("hello");
			node.channels().channel("jobs").send(Event.of("job")).toCompletableFuture().join();
			await().atMost(LIMIT).until(() -> redis.cli("KEYS", "my.app:*").lines().count() == 4);
			assertThat(monitor.lines().stream().filter((line) -> line.contains("asgi"))).isEmpty();
			assertThat(redis.cli("PUBSUB", "CHANNELS", "my.app__*").lines()).hasSize(2);
		}
	}

	@Test
	void prefixesKeepApplicationsApart() throws Exception {
		try (TestServer first = node(LAYER + "redis.prefix=one").start();
				TestServer second = node(LAYER + "redis.prefix=two").start();
				RawClient one = member(first);
				RawClient two = member(second)) {
			say(second, "for two");
			say(first, "for one");
			assertThat(one.readText()).isEqualTo("for one");
			assertThat(two.readText()).isEqualTo("for two");
		}
	}

	@Test
	void onlyDjangoInteropSubscribesEachConnection() throws Exception {
		for (boolean interop : List.of(true, false)) {
			try (TestServer server = node(LAYER + "redis.django-interop=" + interop).start();
					RawClient client = RawClient.open(server, "/ws")) {
				assertThat(redis.cli("PUBSUB", "NUMSUB", client.readText())).endsWith(interop ? "1" : "0");
			}
		}
	}

	@Test
	void shardedPubSub() throws Exception {
		try (RedisCluster cluster = RedisCluster.start();
				TestServer node = builder().property(LAYER + "redis.sharded-pubsub=true")
					.property("spring.data.redis.cluster.nodes=" + String.join(",",
							cluster.nodes().stream().map((it) -> it.host() + ":" + it.port()).toList()))
					.start();
				RawClient client = member(node)) {
			assertThat(cluster.nodes().stream().map((it) -> it.cli("PUBSUB", "SHARDCHANNELS")))
				.anyMatch((channels) -> channels.contains("asgi__group__room"));
			assertThat(cluster.nodes().stream().map((it) -> it.cli("PUBSUB", "CHANNELS")))
				.noneMatch((channels) -> channels.contains("asgi__"));
			say(node, "hello");
			assertThat(client.readText()).isEqualTo("hello");
		}
	}

	@Test
	void nodeLease() {
		try (TestServer node = node(LAYER + "redis.prefix=lease", LAYER + "redis.node-lease=30s").start()) {
			assertThat(node.channels()).isNotNull();
			await().atMost(LIMIT).until(() -> redis.cli("ZCARD", "lease:{nodes}").equals("1"));
			double end = Double
				.parseDouble(redis.cli("ZRANGE", "lease:{nodes}", "0", "-1", "WITHSCORES").lines().toList().get(1));
			double now = Double.parseDouble(redis.cli("TIME").lines().toList().get(0)) * 1000;
			assertThat(end - now).isBetween(25_000.0, 31_000.0);
		}
	}

	@Test
	void claimTimeout() throws Exception {
		String stream = "claim:worker:{jobs}";
		redis.cli("XGROUP", "CREATE", stream, "channels", "0", "MKSTREAM");
		redis.cli("XADD", stream, "*", "event", "{\"type\":\"job\"}");
		redis.cli("XREADGROUP", "GROUP", "channels", "silent", "STREAMS", stream, ">");
		long before = System.nanoTime();
		try (TestServer node = node(LAYER + "redis.prefix=claim", LAYER + "redis.claim-timeout=3s")
			.worker("jobs", "jobs")
			.start()) {
			assertThat(node.channels()).isNotNull();
			assertThat(Jobs.done.poll(20, TimeUnit.SECONDS)).isEqualTo("job");
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(Duration.ofMillis(2500),
					Duration.ofSeconds(12));
			await().atMost(LIMIT).until(() -> redis.cli("XLEN", stream).equals("0"));
		}
	}

	@Test
	void firstWorkerOfAnEmptyRedisComplainsOfNothing(CapturedOutput output) throws Exception {
		try (TestServer node = node(LAYER + "redis.prefix=first").worker("jobs", "jobs").start()) {
			node.channels().channel("jobs").send(Event.of("job")).toCompletableFuture().join();
			assertThat(Jobs.done.poll(20, TimeUnit.SECONDS)).isEqualTo("job");
		}
		assertThat(output).doesNotContain(" WARN ", " ERROR ");
	}

	@Test
	void layersOnDifferentServers() throws Exception {
		try (RedisServer other = RedisServer.start();
				TestServer node = builder(TwoServers.class).property(LAYER + "redis.connection-factory=first")
					.property("channels.layers.side.backend=redis")
					.property("channels.layers.side.redis.connection-factory=second")
					.property("test.first=" + redis.port())
					.property("test.second=" + other.port())
					.start();
				RawClient client = member(node);
				RedisMonitor here = redis.monitor();
				RedisMonitor there = other.monitor()) {
			node.channels().layer("side").group("room").send(Event.of("note")).toCompletableFuture().join();
			say(node, "hello");
			assertThat(client.readText()).isEqualTo("hello");
			assertThat(here.lines()).filteredOn((line) -> line.contains("asgi__group__room")).hasSize(1);
			assertThat(there.lines()).filteredOn((line) -> line.contains("asgi-side__group__room")).hasSize(1);
		}
	}

	/**
	 * What is published for an event of a node with these properties.
	 */
	private static String published(String... properties) throws Exception {
		try (TestServer node = node(properties).start();
				RawClient client = member(node);
				RedisMonitor monitor = redis.monitor()) {
			say(node, "hello");
			assertThat(client.readText()).isEqualTo("hello");
			String command = monitor.lines()
				.stream()
				.filter((line) -> line.contains("asgi__group__room"))
				.findFirst()
				.orElseThrow();
			return command.replaceAll(".*\"asgi__group__room\" \"(.*)\"$", "$1");
		}
	}

	private static void say(TestServer node, String text) {
		node.channels().group("room").send(Event.of("note", Map.of("text", text))).toCompletableFuture().join();
	}

	private static RawClient member(TestServer node) throws Exception {
		RawClient client = RawClient.open(node, "/ws");
		assertThat(client.readText()).startsWith("specific.");
		return client;
	}

	private static TestServer.Builder node(String... properties) {
		TestServer.Builder builder = builder().property("spring.data.redis.host=" + redis.host())
			.property("spring.data.redis.port=" + redis.port());
		for (String property : properties) {
			builder.property(property);
		}
		return builder;
	}

	private static TestServer.Builder builder(Class<?>... beans) {
		Class<?>[] all = Arrays.copyOf(beans, beans.length + 2);
		all[beans.length] = Member.class;
		all[beans.length + 1] = Jobs.class;
		return TestServer.with(all)
			.property(LAYER + "backend=redis")
			.property(LAYER + "redis.fail-fast=true")
			.route("/ws", "member");
	}

	@Consumer(name = "member", groups = "room")
	static class Member {

		@OnConnect
		void connect(Connection connection) {
			connection.send(connection.channelName());
		}

		@OnEvent("note")
		String note(Map<String, Object> note) {
			return (String) note.get("text");
		}

	}

	@Consumer("jobs")
	static class Jobs {

		static final BlockingQueue<String> done = new LinkedBlockingQueue<>();

		@OnEvent("job")
		void job(Event job) {
			done.add(job.type());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoServers {

		@Bean
		@Primary
		LettuceConnectionFactory first(Environment environment) {
			return connections(environment.getRequiredProperty("test.first", int.class));
		}

		@Bean
		LettuceConnectionFactory second(Environment environment) {
			return connections(environment.getRequiredProperty("test.second", int.class));
		}

		private static LettuceConnectionFactory connections(int port) {
			return new LettuceConnectionFactory(redis.host(), port);
		}

	}

}
