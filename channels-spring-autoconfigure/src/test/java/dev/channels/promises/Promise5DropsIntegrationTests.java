package dev.channels.promises;

import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.ChannelFullException;
import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.ClientPool;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.PathVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 5: nothing is dropped silently.
 */
@ExtendWith(OutputCaptureExtension.class)
class Promise5DropsIntegrationTests {

	private TestServer server;

	@AfterEach
	void stop() {
		Member.release.countDown();
		this.server.close();
	}

	private void start(String... properties) {
		TestServer.Builder builder = TestServer.with(Member.class)
			.route("/ws/{room}", "member", "connection.outbound-limit=100MB")
			.property("channels.layers.default.channel-capacity[0].pattern=tiny*")
			.property("channels.layers.default.channel-capacity[0].capacity=2");
		for (String property : properties) {
			builder.property(property);
		}
		this.server = builder.start();
		Member.release = new CountDownLatch(1);
		Member.blocked.set(0);
	}

	@Test
	void whatAMailboxDropsIsCountedAndEqualsWhatTheMemberMisses(CapturedOutput output) throws Exception {
		start("channels.layers.default.capacity=100");
		try (RawClient client = RawClient.open(this.server, "/ws/a")) {
			client.send("block");
			await().until(() -> Member.blocked.get() == 1);
			for (int i = 0; i < 250; i++) {
				this.server.channels().group("a").send("n", Map.of("n", i));
			}
			assertThat(this.server.drops(DropReason.CAPACITY)).isEqualTo(150);
			assertThat(metric("capacity")).isEqualTo(150);
			Member.release.countDown();
			for (int i = 0; i < 100; i++) {
				assertThat(client.readText()).isEqualTo("" + i);
			}
			this.server.channels().group("a").send("n", Map.of("n", 250));
			assertThat(client.readText()).isEqualTo("250");
		}
		assertThat(output.getAll().split("Dropped \\(capacity\\)")).hasSize(2);
	}

	@Test
	void directSendToAFullMailboxFails() throws Exception {
		start("channels.layers.default.capacity=1");
		try (RawClient client = RawClient.open(this.server, "/ws/a")) {
			client.send("block");
			await().until(() -> Member.blocked.get() == 1);
			Channels channels = this.server.channels();
			String name = Member.lastChannelName;
			assertThat(channels.connection(name).send("n", Map.of("n", 1)).toCompletableFuture()).isCompleted();
			assertThat(channels.connection(name).send("n", Map.of("n", 2)).toCompletableFuture())
				.failsWithin(Duration.ofSeconds(1))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(ChannelFullException.class)
				.withMessage("Channel '" + name + "' is full: it holds its capacity of 1 events");
			Member.release.countDown();
			assertThat(client.readText()).isEqualTo("1");
		}
	}

	@Test
	void burstOverTheLimitsIsBoundedAndCounted() throws Exception {
		start("channels.layers.default.capacity=200");
		int members = 200;
		int messages = 20_000;
		Random random = new Random(3);
		Map<Integer, AtomicInteger> got = new ConcurrentHashMap<>();
		try (ClientPool pool = new ClientPool()) {
			for (int i = 0; i < 2 * members; i++) {
				got.put(i, new AtomicInteger());
				pool.open(this.server, "/ws/room" + (i % 2),
						(client, text) -> got.get(client.index()).incrementAndGet());
			}
			int[] sent = new int[2];
			for (int i = 0; i < messages; i++) {
				int room = random.nextInt(2);
				sent[room]++;
				this.server.channels().group("room" + room).send("n", Map.of("n", i));
			}
			pool.awaitQuiet(Duration.ofSeconds(1), Duration.ofSeconds(60));
			long missed = 0;
			for (int i = 0; i < 2 * members; i++) {
				missed += sent[i % 2] - got.get(i).get();
			}
			assertThat(missed).isEqualTo(this.server.drops(DropReason.CAPACITY));
			System.out.println("Burst of 20,000 over the limits: " + pool.received() + " delivered, " + missed
					+ " dropped and counted");
		}
	}

	@Test
	void eventsThatWaitTooLongExpire() throws Exception {
		start("channels.layers.default.expiry=200ms");
		try (RawClient client = RawClient.open(this.server, "/ws/a")) {
			client.send("block");
			await().until(() -> Member.blocked.get() == 1);
			this.server.channels().group("a").send("n", Map.of("n", 1));
			long sent = System.nanoTime();
			await().until(() -> System.nanoTime() - sent > 250_000_000L);
			Member.release.countDown();
			this.server.channels().group("a").send("n", Map.of("n", 2));
			assertThat(client.readText()).isEqualTo("2");
			assertThat(this.server.drops(DropReason.EXPIRED)).isEqualTo(1);
		}
	}

	@Test
	void unknownEventTypesAreCountedAndTheConnectionLives(CapturedOutput output) throws Exception {
		start();
		try (RawClient client = RawClient.open(this.server, "/ws/a")) {
			for (int i = 0; i < 10; i++) {
				this.server.channels().group("a").send("nobody.knows", Map.of("word", "hidden"));
			}
			this.server.channels().group("a").send("n", Map.of("n", "not a number"));
			this.server.channels().group("a").send("n", Map.of("n", 1));
			assertThat(client.readText()).isEqualTo("1");
		}
		assertThat(this.server.drops(DropReason.NO_HANDLER)).isEqualTo(10);
		assertThat(this.server.drops(DropReason.UNDECODABLE)).isEqualTo(1);
		assertThat(metric("no-handler")).isEqualTo(10);
		assertThat(output.getAll()).containsOnlyOnce("event 'nobody.knows', which consumer 'member' does not handle")
			.doesNotContain("hidden")
			.doesNotContain("not a number");
	}

	@ParameterizedTest
	@ValueSource(strings = { "drop-oldest", "drop-newest" })
	void slowConsumerPoliciesDropAndCount(String policy) throws Exception {
		start("channels.connection.slow-consumer=" + policy, "channels.connection.send-timeout=30s",
				"channels.routes[1].path=/slow/{room}", "channels.routes[1].consumer=member",
				"channels.routes[1].connection.outbound-limit=100KB");
		int messages = 1000;
		String filler = "x".repeat(10_000);
		try (RawClient client = RawClient.openDeaf(this.server, "/slow/a")) {
			for (int i = 0; i < messages; i++) {
				this.server.channels().group("a").send("filled", Map.of("n", i, "filler", filler));
				await().until(() -> Member.filled.get() > 0);
				Member.filled.decrementAndGet();
			}
			long dropped = this.server.drops(DropReason.SLOW_CONSUMER);
			assertThat(dropped).isPositive();
			int got = 0;
			int last = -1;
			while (got < messages - dropped) {
				int number = Integer.parseInt(client.readText().split(" ")[0]);
				assertThat(number).isGreaterThan(last);
				last = number;
				got++;
			}
			if (policy.equals("drop-oldest")) {
				assertThat(last).isEqualTo(messages - 1);
			}
			else {
				assertThat(last).isLessThan(messages - 1);
			}
			this.server.channels().group("a").send("n", Map.of("n", 7));
			assertThat(client.readText()).isEqualTo("7");
		}
	}

	@Test
	void connectionsAreAGauge() throws Exception {
		start();
		Gauge gauge = this.server.bean(MeterRegistry.class).get("channels.connections").gauge();
		assertThat(gauge.value()).isZero();
		try (RawClient first = RawClient.open(this.server, "/ws/a");
				RawClient second = RawClient.open(this.server, "/ws/b")) {
			assertThat(gauge.value()).isEqualTo(2);
			first.sendClose(1000, "");
			assertThat(first.readClose().closeCode()).isEqualTo(1000);
			await().untilAsserted(() -> assertThat(gauge.value()).isEqualTo(1));
		}
		await().untilAsserted(() -> assertThat(gauge.value()).isZero());
	}

	private double metric(String reason) {
		return this.server.bean(MeterRegistry.class)
			.get("channels.drops")
			.tag("reason", reason)
			.functionCounter()
			.count();
	}

	record Number(int n) {

	}

	record Filled(int n, String filler) {

	}

	@Consumer(name = "member", groups = "{room}")
	static class Member {

		static volatile CountDownLatch release = new CountDownLatch(0);

		static final AtomicInteger blocked = new AtomicInteger();

		static final AtomicInteger filled = new AtomicInteger();

		static volatile String lastChannelName;

		@OnConnect
		void connect(Connection connection, @PathVariable String room) {
			lastChannelName = connection.channelName();
		}

		@OnReceive
		void receive(String text) throws InterruptedException {
			blocked.incrementAndGet();
			release.await(20, TimeUnit.SECONDS);
		}

		@OnEvent("n")
		int number(Number event) {
			return event.n();
		}

		@OnEvent("filled")
		void filled(Filled event, Connection connection) {
			connection.send(event.n() + " " + event.filler());
			filled.incrementAndGet();
		}

	}

}
