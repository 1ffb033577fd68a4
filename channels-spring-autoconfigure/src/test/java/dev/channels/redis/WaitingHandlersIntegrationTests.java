package dev.channels.redis;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.test.ClientPool;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Few threads run handlers, and all of these wait for the layer: none waits for the
 * other's thread.
 */
class WaitingHandlersIntegrationTests {

	private static final int THREADS = 8;

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private static final Duration STALL = Duration.ofSeconds(1);

	@AutoClose
	private static final RedisServer redis = RedisServer.start();

	@BeforeEach
	void forget() {
		Waiting.done.clear();
	}

	@ParameterizedTest
	@ValueSource(strings = { "send", "join", "size" })
	void handlersOfMessagesThatWait(String what) throws Exception {
		try (TestServer node = node(); ClientPool clients = clients(node, 200)) {
			long start = System.nanoTime();
			clients.clients().forEach((client) -> client.send(what));
			clients.awaitReceived(200, LIMIT);
			assertNoStallSince(start, 200);
		}
	}

	@Test
	void handlersOfEventsThatWait() throws Exception {
		try (TestServer node = node(); ClientPool clients = clients(node, 1000)) {
			long start = System.nanoTime();
			node.channels().group("all").send(Event.of("wait")).toCompletableFuture().join();
			clients.awaitReceived(1000, LIMIT);
			assertNoStallSince(start, 1000);
		}
	}

	private static void assertNoStallSince(long start, int count) {
		assertThat(Waiting.done).hasSize(count);
		long last = start;
		for (long time : Waiting.done.stream().sorted().toList()) {
			assertThat(Duration.ofNanos(time - last)).isLessThan(STALL);
			last = time;
		}
	}

	private static TestServer node() {
		return TestServer.with(Waiting.class)
			.property("spring.data.redis.host=" + redis.host())
			.property("spring.data.redis.port=" + redis.port())
			.property("channels.layers.default.backend=redis")
			.property("channels.layers.default.redis.fail-fast=true")
			.property("channels.threads.virtual=false")
			.property("channels.threads.max-handlers=" + THREADS)
			.route("/ws", "waiting")
			.start();
	}

	private static ClientPool clients(TestServer node, int count) throws Exception {
		ClientPool clients = new ClientPool();
		for (int i = 0; i < count; i++) {
			clients.open(node, "/ws");
		}
		await().atMost(LIMIT).until(() -> node.channels().group("all").size().toCompletableFuture().join() == count);
		return clients;
	}

	@Consumer("waiting")
	static class Waiting {

		/** When each handler was done. */
		static final Queue<Long> done = new ConcurrentLinkedQueue<>();

		private final Channels channels;

		Waiting(Channels channels) {
			this.channels = channels;
		}

		@OnConnect
		void connect(Connection connection) {
			connection.join("all");
		}

		@OnReceive
		String receive(String what, Connection connection) {
			String group = "mine-" + connection.channelName().replaceAll("\\W", "-");
			return done(switch (what) {
				case "send" -> this.channels.group(group).send(Event.of("nobody"));
				case "join" -> connection.join(group);
				default -> this.channels.group("all").size();
			});
		}

		@OnEvent("wait")
		String event() {
			return done(this.channels.group("nobody").send(Event.of("nobody")));
		}

		private static String done(CompletionStage<?> stage) {
			stage.toCompletableFuture().join();
			done.add(System.nanoTime());
			return "done";
		}

	}

}
