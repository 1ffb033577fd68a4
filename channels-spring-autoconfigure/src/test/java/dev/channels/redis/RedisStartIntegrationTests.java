package dev.channels.redis;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelLayerException;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisMonitor;
import dev.channels.test.redis.RedisServer;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * An application starts whether Redis is there or not, and says what is wrong.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisStartIntegrationTests {

	private static final String LAYER = "channels.layers.default.";

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@Test
	void startsWithoutRedisAndWorksOnceItIsThere(CapturedOutput output) throws Exception {
		try (RedisServer redis = RedisServer.local()) {
			redis.kill();
			assertStartsWithout(redis, redis::restart);
			assertThat(problems(output)).satisfiesExactly(
					(line) -> assertThat(line).contains("There is no connection to Redis at localhost:" + redis.port()
							+ " yet (Connection refused). Clients can connect, sends fail"),
					(line) -> assertThat(line).contains("opens before its joins are in effect"),
					(line) -> assertThat(line).contains("Dropped (send-failed)"));
		}
	}

	@Test
	void startsWithAFrozenRedisAndWorksOnceItThaws(CapturedOutput output) throws Exception {
		try (RedisServer redis = RedisServer.local()) {
			redis.freeze();
			assertStartsWithout(redis, redis::thaw);
			assertThat(problems(output)).satisfiesExactly(
					(line) -> assertThat(line).contains("There is no connection to Redis at localhost:" + redis.port()),
					(line) -> assertThat(line).contains("opens before its joins are in effect"),
					(line) -> assertThat(line).contains("Dropped (send-failed)"));
		}
	}

	private static void assertStartsWithout(RedisServer redis, Runnable comesBack) throws Exception {
		long before = System.nanoTime();
		try (TestServer server = server().property("spring.data.redis.port=" + redis.port()).start()) {
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(LIMIT);
			try (RawClient early = RawClient.open(server, "/ws")) {
				assertThat(early.readText()).isEqualTo("connected");
				assertThat(say(server, "lost")).failsWithin(LIMIT)
					.withThrowableThat()
					.withCauseInstanceOf(ChannelLayerException.class);
				comesBack.run();
				await().atMost(LIMIT).until(() -> hasMember(server));
				say(server, "found").toCompletableFuture().join();
				assertThat(early.readText()).isEqualTo("found");
			}
		}
	}

	@Test
	void passwordOfTheDefaultUser() throws Exception {
		try (RedisServer redis = RedisServer.local()) {
			redis.cli("CONFIG", "SET", "requirepass", "tops3cret");
			assertWorks("spring.data.redis.port=" + redis.port(), "spring.data.redis.password=tops3cret");
			assertThatThrownBy(
					() -> assertWorks("spring.data.redis.port=" + redis.port(), "spring.data.redis.password=wr0ng"))
				.rootCause()
				.hasMessageContaining("WRONGPASS");
			assertThatThrownBy(() -> assertWorks("spring.data.redis.port=" + redis.port())).rootCause()
				.hasMessageContaining("NOAUTH");
		}
	}

	@Test
	void wrongPasswordIsNotShown(CapturedOutput output) {
		try (RedisServer redis = RedisServer.local()) {
			redis.cli("CONFIG", "SET", "requirepass", "tops3cret");
			assertThatThrownBy(
					() -> assertWorks("spring.data.redis.url=redis://default:wr0ng@127.0.0.1:" + redis.port()))
				.isNotNull();
			assertThat(output)
				.contains("APPLICATION FAILED TO START",
						"channels.layers.default: there is no connection to Redis: 127.0.0.1:" + redis.port()
								+ ": WRONGPASS",
						"Start Redis, correct spring.data.redis, or set channels.layers.default.redis.fail-fast=false")
				.doesNotContain("wr0ng");
		}
	}

	@Test
	void databaseAndUserOfTheUrl() throws Exception {
		try (RedisServer redis = RedisServer.local()) {
			redis.cli("ACL", "SETUSER", "ann", "on", ">s3cret", "~*", "&*", "+@all");
			try (RedisMonitor monitor = redis.monitor()) {
				assertWorks("spring.data.redis.url=redis://ann:s3cret@127.0.0.1:" + redis.port() + "/3");
				assertThat(monitor.lines()).filteredOn((line) -> line.contains("ZADD") || line.contains("EVALSHA"))
					.isNotEmpty()
					.allMatch((line) -> line.matches("\\S+ \\[3 .*"));
			}
			try (RedisMonitor monitor = redis.monitor()) {
				assertWorks("spring.data.redis.port=" + redis.port(), "spring.data.redis.username=ann",
						"spring.data.redis.password=s3cret", "spring.data.redis.database=5");
				assertThat(monitor.lines()).filteredOn((line) -> line.contains("ZADD") || line.contains("EVALSHA"))
					.isNotEmpty()
					.allMatch((line) -> line.matches("\\S+ \\[5 .*"));
			}
		}
	}

	@Test
	void whatAUserMayNotDoIsSaid(CapturedOutput output) throws Exception {
		try (RedisServer redis = RedisServer.local()) {
			redis.cli("ACL", "SETUSER", "ann", "on", ">s3cret", "~*", "&other*", "+@all");
			String url = "spring.data.redis.url=redis://ann:s3cret@127.0.0.1:" + redis.port();
			assertThatThrownBy(() -> assertWorks(url)).rootCause().hasMessageContaining("NOPERM");
			int failed = output.getAll().length();
			try (TestServer server = server().property(url).start()) {
				String log = output.getAll().substring(failed);
				assertThat(log)
					.contains("There is no connection to Redis at 127.0.0.1:" + redis.port() + " yet (NOPERM");
				assertThat(server.channels()).isNotNull();
				redis.cli("ACL", "SETUSER", "ann", "allchannels", "-zadd");
				try (RawClient client = RawClient.open(server, "/ws")) {
					assertThat(client.readText()).isEqualTo("connected");
					await().atMost(Duration.ofSeconds(20))
						.until(() -> output.getAll().substring(failed).contains("refuses a command: NOPERM"));
				}
			}
		}
	}

	@Test
	void oldRedisIsWarnedOf(CapturedOutput output) throws Exception {
		try (RedisServer redis = RedisServer.start(); OldRedis old = new OldRedis(redis)) {
			assertWorks("spring.data.redis.port=" + old.port());
			assertThat(problems(output)).singleElement(InstanceOfAssertFactories.STRING)
				.contains("Redis at localhost:" + old.port() + " has version 6.")
				.endsWith(", which is too old: use 7 or newer");
		}
	}

	/**
	 * Start, connect a client, and let it get an event.
	 */
	private static void assertWorks(String... properties) throws Exception {
		TestServer.Builder builder = server().property(LAYER + "redis.fail-fast=true");
		List.of(properties).forEach(builder::property);
		try (TestServer server = builder.start(); RawClient client = RawClient.open(server, "/ws")) {
			assertThat(client.readText()).isEqualTo("connected");
			say(server, "hello").toCompletableFuture().join();
			assertThat(client.readText()).isEqualTo("hello");
			await().atMost(LIMIT).until(() -> hasMember(server));
		}
	}

	private static TestServer.Builder server() {
		return TestServer.with(Member.class).property(LAYER + "backend=redis").route("/ws", "member");
	}

	private static CompletionStage<Void> say(TestServer server, String text) {
		return server.channels().group("room").send(Event.of("note", Map.of("text", text)));
	}

	private static boolean hasMember(TestServer server) {
		return server.channels()
			.group("room")
			.size()
			.handle((size, failure) -> failure == null && size == 1)
			.toCompletableFuture()
			.join();
	}

	private static List<String> problems(CapturedOutput output) {
		return output.getAll().lines().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ")).toList();
	}

	/**
	 * Stands before a Redis and says that it was older.
	 */
	private static final class OldRedis implements AutoCloseable {

		private final RedisServer redis;

		private final byte[] version;

		private final ServerSocket server = new ServerSocket(0);

		OldRedis(RedisServer redis) throws IOException {
			this.redis = redis;
			this.version = redis.cli("INFO", "server")
				.replaceAll("(?s).*redis_version:(\\S+).*", "$1")
				.getBytes(StandardCharsets.UTF_8);
			start(this::accept);
		}

		int port() {
			return this.server.getLocalPort();
		}

		private void accept() throws IOException {
			while (true) {
				Socket client = this.server.accept();
				Socket target = new Socket(this.redis.host(), this.redis.port());
				start(() -> client.getInputStream().transferTo(target.getOutputStream()));
				start(() -> copyOlder(target, client));
			}
		}

		private void copyOlder(Socket from, Socket to) throws IOException {
			byte[] buffer = new byte[64 * 1024];
			int count = from.getInputStream().read(buffer);
			while (count > 0) {
				for (int i = 0; i + this.version.length <= count; i++) {
					if (Arrays.equals(buffer, i, i + this.version.length, this.version, 0, this.version.length)) {
						buffer[i] = '6';
					}
				}
				to.getOutputStream().write(buffer, 0, count);
				count = from.getInputStream().read(buffer);
			}
			to.close();
		}

		private static void start(Copy copy) {
			Thread thread = new Thread(() -> {
				try {
					copy.run();
				}
				catch (IOException ex) {
					// one of both has ended
				}
			}, "old-redis");
			thread.setDaemon(true);
			thread.start();
		}

		@Override
		public void close() throws IOException {
			this.server.close();
		}

		private interface Copy {

			void run() throws IOException;

		}

	}

	@Consumer(name = "member", groups = "room")
	static class Member {

		@OnConnect
		String connect() {
			return "connected";
		}

		@OnEvent("note")
		String note(Map<String, Object> note) {
			return (String) note.get("text");
		}

	}

}
