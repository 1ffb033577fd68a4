package dev.channels.redis;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Clients that come while Redis takes no joins: they are let in, and nobody else waits
 * for them.
 */
class HandshakesWithoutRedisIntegrationTests {

	/**
	 * Who waits for a join waits for so long.
	 */
	private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(2);

	private static final int MANY = 2000;

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final HttpClient http = HttpClient.newHttpClient();

	@ParameterizedTest
	@ValueSource(strings = { "killed", "frozen" })
	void manyComeWhileRedisIsAway(String how) throws Exception {
		List<RawClient> clients = new ArrayList<>();
		try (RedisServer redis = RedisServer.local(); TestServer server = server(redis).start()) {
			ping(server);
			if (how.equals("killed")) {
				redis.kill();
			}
			else {
				redis.freeze();
			}
			Duration longest = Duration.ZERO;
			long start = System.nanoTime();
			for (int i = 0; i < MANY; i++) {
				clients.add(RawClient.requestOnly(server, "/ws"));
				if (i % 100 == 99) {
					longest = max(longest, ping(server));
				}
			}
			for (RawClient client : clients) {
				client.readResponse();
				assertThat(client.status()).isEqualTo(101);
			}
			longest = max(longest, ping(server));
			System.out
				.println("Longest ping beside " + MANY + " handshakes with Redis " + how + ": " + longest.toMillis()
						+ " ms; all open after " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
			// where threads wait, they come free again within that time
			assertThat(longest).isLessThan(JOIN_TIMEOUT.dividedBy(2));
			if (how.equals("killed")) {
				redis.restart();
			}
			else {
				redis.thaw();
			}
			await().atMost(LIMIT).ignoreExceptions().until(() -> size(server) == MANY);
		}
		finally {
			for (RawClient client : clients) {
				client.close();
			}
		}
	}

	@Test
	void nobodyWaitsForARegistryThatIsRefused() throws Exception {
		try (RedisServer redis = RedisServer.local()) {
			redis.cli("ACL", "SETUSER", "limited", "on", ">secret", "resetkeys", "~other:*", "allchannels", "+@all");
			try (TestServer server = server(redis).property("spring.data.redis.username=limited")
				.property("spring.data.redis.password=secret")
				.start()) {
				// the first one may come before a heartbeat was refused
				RawClient.open(server, "/ws").close();
				for (int i = 0; i < 20; i++) {
					long start = System.nanoTime();
					RawClient.open(server, "/ws").close();
					assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(JOIN_TIMEOUT);
				}
			}
		}
	}

	private static TestServer.Builder server(RedisServer redis) {
		return TestServer.with(Member.class, Page.class)
			.property("spring.data.redis.host=" + redis.host())
			.property("spring.data.redis.port=" + redis.port())
			.property("channels.layers.default.backend=redis")
			.route("/ws", "member");
	}

	private static long size(TestServer server) throws Exception {
		return server.channels().group("all").size().toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

	private Duration ping(TestServer server) throws IOException, InterruptedException {
		long start = System.nanoTime();
		HttpRequest request = HttpRequest.newBuilder(server.http("/ping")).timeout(LIMIT).build();
		assertThat(this.http.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("pong");
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static Duration max(Duration a, Duration b) {
		return (a.compareTo(b) > 0) ? a : b;
	}

	@Consumer("member")
	static class Member {

		@OnConnect
		void connect(Connection connection) {
			connection.join("all");
		}

	}

	@RestController
	static class Page {

		@GetMapping("/ping")
		String ping() {
			return "pong";
		}

	}

}
