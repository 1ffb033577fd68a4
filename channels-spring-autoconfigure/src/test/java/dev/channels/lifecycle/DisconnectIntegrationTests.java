package dev.channels.lifecycle;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A disconnect reaches a client whatever its handler does, on each layer.
 */
class DisconnectIntegrationTests {

	private static final Duration LIMIT = Duration.ofSeconds(10);

	@AutoClose
	private static final RedisServer redis = RedisServer.start();

	@BeforeEach
	void begin() {
		Stuck.busy = new CountDownLatch(1);
		Stuck.goOn = new CountDownLatch(1);
	}

	@AfterEach
	void release() {
		Stuck.goOn.countDown();
	}

	@ParameterizedTest
	@ValueSource(strings = { "memory", "redis" })
	void passesAHandlerThatIsStuckAndAFullMailbox(String backend) throws Exception {
		try (TestServer server = server(backend); RawClient client = RawClient.open(server, "/ws")) {
			String name = client.readText();
			send(server, name);
			assertThat(Stuck.busy.await(10, TimeUnit.SECONDS)).isTrue();
			// the mailbox takes 5
			List.of(1, 2, 3, 4, 5).forEach((i) -> send(server, name));
			await().atMost(LIMIT).until(() -> isFull(server, name));
			server.channels().connection(name).disconnect(4001, "banned").toCompletableFuture().join();
			assertThat(client.readClose().closeCode()).isEqualTo(4001);
			// the end of the application waits for it
			Stuck.goOn.countDown();
		}
	}

	private static void send(TestServer server, String name) {
		server.channels().connection(name).send(Event.of("wait")).toCompletableFuture().join();
	}

	private static boolean isFull(TestServer server, String name) {
		return server.channels()
			.connection(name)
			.send(Event.of("wait"))
			.handle((nothing, failure) -> failure != null)
			.toCompletableFuture()
			.join();
	}

	private static TestServer server(String backend) {
		return TestServer.with(Stuck.class)
			.property("spring.data.redis.host=" + redis.host())
			.property("spring.data.redis.port=" + redis.port())
			.property("channels.layers.default.backend=" + backend)
			.property("channels.layers.default.capacity=5")
			.route("/ws", "stuck")
			.start();
	}

	@Consumer("stuck")
	static class Stuck {

		static volatile CountDownLatch busy;

		static volatile CountDownLatch goOn;

		@OnConnect
		void connect(Connection connection) {
			connection.send(connection.channelName());
		}

		@OnEvent("wait")
		void event() throws InterruptedException {
			busy.countDown();
			goOn.await(30, TimeUnit.SECONDS);
		}

	}

}
