package dev.channels.promises;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.EventType;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.ClientPool;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.web.bind.annotation.PathVariable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 3: one at a time, in order.
 */
class Promise3OrderIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Member.class, Careful.class)
			.route("/ws/room/{room}", "member", "connection.outbound-limit=64MB")
			.route("/ws/careful", "careful")
			.property("channels.layers.default.capacity=20000")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void everyMemberGetsEverySendersEventsInOrder() throws Exception {
		int members = 100;
		int senders = 50;
		int messages = 200;
		Map<Integer, Order> orders = new ConcurrentHashMap<>();
		try (ClientPool pool = new ClientPool()) {
			for (int i = 0; i < members; i++) {
				pool.open(server, "/ws/room/order",
						(client, text) -> orders.computeIfAbsent(client.index(), (key) -> new Order()).add(text));
			}
			List<Thread> threads = new ArrayList<>();
			for (int sender = 0; sender < senders; sender++) {
				int id = sender;
				threads.add(new Thread(() -> {
					for (int i = 0; i < messages; i++) {
						server.channels().group("room_order").send(new Said(id, i));
					}
				}));
			}
			threads.forEach(Thread::start);
			pool.awaitReceived((long) members * senders * messages, Duration.ofSeconds(120));
			pool.awaitQuiet(Duration.ofMillis(300), Duration.ofSeconds(10));
			assertThat(pool.received()).isEqualTo((long) members * senders * messages);
			assertThat(orders).hasSize(members);
			orders.values().forEach((order) -> order.assertComplete(senders, messages));
		}
		assertThat(server.drops(DropReason.CAPACITY)).isZero();
	}

	@Test
	void burstOfMembersOfTwoRoomsLosesNothing() throws Exception {
		int messages = 600;
		int members = 200;
		Random random = new Random(7);
		Map<Integer, Order> orders = new ConcurrentHashMap<>();
		try (ClientPool pool = new ClientPool()) {
			for (int i = 0; i < 2 * members; i++) {
				pool.open(server, "/ws/room/burst" + (i % 2),
						(client, text) -> orders.computeIfAbsent(client.index(), (key) -> new Order()).add(text));
			}
			Map<Integer, AtomicInteger> sent = new ConcurrentHashMap<>();
			int[] toRoom = new int[2];
			for (int i = 0; i < messages; i++) {
				ClientPool.Client client = pool.clients().get(random.nextInt(2 * members));
				int number = sent.computeIfAbsent(client.index(), (key) -> new AtomicInteger()).getAndIncrement();
				toRoom[client.index() % 2]++;
				client.send(client.index() + " " + number);
			}
			pool.awaitReceived((long) messages * members, Duration.ofSeconds(60));
			pool.awaitQuiet(Duration.ofMillis(300), Duration.ofSeconds(10));
			for (ClientPool.Client client : pool.clients()) {
				Order order = orders.get(client.index());
				assertThat(order.failures).isEmpty();
				assertThat(order.count).isEqualTo(toRoom[client.index() % 2]);
			}
		}
	}

	@Test
	void handlersOfOneConnectionNeverOverlap() throws Exception {
		Careful.problems.clear();
		List<Thread> senders = new ArrayList<>();
		try (RawClient client = RawClient.open(server, "/ws/careful")) {
			for (int i = 0; i < 4; i++) {
				Thread sender = new Thread(() -> {
					for (int n = 0; n < 250; n++) {
						server.channels().group("careful").send("tick", Map.of());
					}
				});
				senders.add(sender);
				sender.start();
			}
			for (int i = 0; i < 100; i++) {
				client.send((i % 3 == 0) ? "async" : "sync");
			}
			for (Thread sender : senders) {
				sender.join(10_000);
			}
			await().atMost(20, TimeUnit.SECONDS).until(() -> Careful.handled.get() == 1100);
		}
		await().until(() -> Careful.disconnected.get() == 1);
		assertThat(Careful.problems).isEmpty();
		assertThat(Careful.unguarded).isEqualTo(1101);
	}

	@EventType("said")
	record Said(int sender, int number) {

	}

	/**
	 * Checks that each sender's numbers come one after the other.
	 */
	private static final class Order {

		private final Map<String, Integer> next = new ConcurrentHashMap<>();

		private final Queue<String> failures = new ConcurrentLinkedQueue<>();

		private int count;

		void add(String text) {
			String[] parts = text.split(" ");
			int expected = this.next.merge(parts[0], 1, Integer::sum) - 1;
			if (Integer.parseInt(parts[1]) != expected) {
				this.failures.add("sender " + parts[0] + ": expected " + expected + ", was " + parts[1]);
			}
			this.count++;
		}

		void assertComplete(int senders, int messages) {
			assertThat(this.failures).isEmpty();
			assertThat(this.next).hasSize(senders).allSatisfy((key, value) -> assertThat(value).isEqualTo(messages));
		}

	}

	@Consumer(name = "member", groups = "room_{room}")
	static class Member {

		private final Channels channels;

		private String room;

		Member(Channels channels) {
			this.channels = channels;
		}

		@OnConnect
		void connect(@PathVariable String room) {
			this.room = "room_" + room;
		}

		@OnReceive
		void receive(String text) {
			String[] parts = text.split(" ");
			this.channels.group(this.room).send(new Said(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
		}

		@OnEvent
		String said(Said said) {
			return said.sender() + " " + said.number();
		}

	}

	@Consumer(name = "careful", groups = "careful")
	static class Careful {

		static final Queue<String> problems = new ConcurrentLinkedQueue<>();

		static final AtomicInteger handled = new AtomicInteger();

		static final AtomicInteger disconnected = new AtomicInteger();

		/**
		 * Written without any lock, by one handler at a time.
		 */
		static int unguarded;

		private final AtomicInteger running = new AtomicInteger();

		@OnConnect
		void connect(Connection connection) {
			enter();
			unguarded = 0;
			leave();
		}

		@OnReceive
		CompletionStage<Void> receive(String text) {
			enter();
			unguarded++;
			if (text.equals("sync")) {
				leave();
				handled.incrementAndGet();
				return null;
			}
			return CompletableFuture.runAsync(() -> {
				leave();
				handled.incrementAndGet();
			}, CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS));
		}

		@OnEvent("tick")
		void tick() {
			enter();
			unguarded++;
			leave();
			handled.incrementAndGet();
		}

		@OnDisconnect
		void disconnect() {
			enter();
			unguarded++;
			leave();
			disconnected.incrementAndGet();
		}

		private void enter() {
			if (this.running.incrementAndGet() != 1) {
				problems.add("two handlers at once");
			}
		}

		private void leave() {
			this.running.decrementAndGet();
		}

	}

}
