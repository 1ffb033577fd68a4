package dev.channels.promises;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.channels.ChannelLayerException;
import dev.channels.Consumer;
import dev.channels.EventType;
import dev.channels.OnEvent;
import dev.channels.test.ClientPool;
import dev.channels.test.TestServer;
import dev.channels.test.redis.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 8: an outage of Redis closes no connection, also when Redis freezes. Two nodes,
 * each with 500 clients in 20 groups that span both.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Promise8OutageIntegrationTests {

	private static final int CLIENTS_PER_NODE = 500;

	private static final int GROUPS = 20;

	private static final int SENDERS_PER_NODE = 2;

	private static final Duration OUTAGE = Duration.ofSeconds(10);

	private static final Duration BACK = Duration.ofSeconds(3);

	private static final Duration LIMIT = Duration.ofSeconds(30);

	private final RedisServer redis = RedisServer.local();

	private final List<TestServer> nodes = new ArrayList<>();

	private ClientPool pool;

	private final Queue<Member> members = new ConcurrentLinkedQueue<>();

	@BeforeAll
	void connect() throws IOException {
		this.pool = new ClientPool();
		for (int i = 0; i < 2; i++) {
			this.nodes.add(TestServer.with(Ticker.class)
				.property("channels.layers.default.backend=redis")
				.property("channels.layers.default.redis.fail-fast=true")
				.property("spring.data.redis.port=" + this.redis.port())
				.route("/ws/{group}", "ticker")
				.start());
		}
		for (int i = 0; i < CLIENTS_PER_NODE; i++) {
			for (TestServer node : this.nodes) {
				open(node, "group-" + i % GROUPS);
			}
		}
		awaitSizes();
	}

	@AfterEach
	void nobodyWasClosed() {
		assertThat(this.members).noneMatch((member) -> member.client.ended() || member.client.closeFrame() != null)
			.allSatisfy((member) -> assertThat(member.errors).isEmpty());
		awaitSizes();
	}

	@AfterAll
	void stop() {
		this.redis.thaw();
		if (this.pool != null) {
			this.pool.close();
		}
		this.nodes.forEach(TestServer::close);
		this.redis.close();
	}

	@Test
	void everyMemberGetsEachEventOnceAndInOrder() throws Exception {
		int eventsPerGroup = 500;
		long before = this.pool.received();
		long start = System.nanoTime();
		List<Sender> senders = new ArrayList<>();
		for (int i = 0; i < 2 * SENDERS_PER_NODE; i++) {
			Sender sender = new Sender("load-" + i, this.nodes.get(i % 2));
			senders.add(sender);
			sender.thread = new Thread(() -> sender.sendAll(eventsPerGroup / 4));
			sender.thread.start();
		}
		for (Sender sender : senders) {
			sender.thread.join(LIMIT.toMillis());
			assertThat(sender.failures).isEmpty();
		}
		long expected = (long) eventsPerGroup * this.members.size();
		this.pool.awaitReceived(before + expected, LIMIT);
		long millis = (System.nanoTime() - start) / 1_000_000;
		assertThat(this.pool.received() - before).isEqualTo(expected);
		for (Sender sender : senders) {
			assertThat(this.members).allMatch((member) -> member.lastOf(sender.name) == eventsPerGroup / 4 - 1);
		}
		System.out.printf("%s: %,d events to %,d clients on 2 nodes: %,d deliveries in %,d ms%n",
				this.nodes.get(0).serverName(), GROUPS * eventsPerGroup, this.members.size(), expected, millis);
	}

	@Test
	void killedRedisClosesNobody(CapturedOutput output) throws Exception {
		assertOutage("kill -9", output, this.redis::kill, this.redis::restart);
	}

	@Test
	void frozenRedisClosesNobody(CapturedOutput output) throws Exception {
		assertOutage("SIGSTOP", output, this.redis::freeze, this.redis::thaw);
	}

	private void assertOutage(String kind, CapturedOutput output, Runnable ends, Runnable comesBack) throws Exception {
		int logged = output.getAll().length();
		List<Sender> senders = new ArrayList<>();
		ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
		for (TestServer node : this.nodes) {
			Sender sender = new Sender(kind + " " + node.port(), node);
			senders.add(sender);
			timer.scheduleAtFixedRate(sender::sendNext, 0, 10, TimeUnit.MILLISECONDS);
		}
		try {
			awaitAllServed(senders);
			ends.run();
			long outage = System.nanoTime();
			// calls that were under way may take their time to fail
			await().atMost(LIMIT).until(() -> System.nanoTime() - outage > Duration.ofSeconds(3).toNanos());
			long noSuccessSince = senders.stream().mapToLong((sender) -> sender.taken.get()).sum();
			for (TestServer node : this.nodes) {
				open(node, "group-0");
			}
			await().atMost(LIMIT).until(() -> System.nanoTime() - outage > OUTAGE.toNanos());
			assertThat(senders.stream().mapToLong((sender) -> sender.taken.get()).sum()).isEqualTo(noSuccessSince);

			comesBack.run();
			long back = System.nanoTime();
			awaitAllServed(senders);
			Duration served = Duration.ofNanos(System.nanoTime() - back);
			awaitSizes();
			Duration counted = Duration.ofNanos(System.nanoTime() - back);
			timer.shutdownNow();
			assertThat(timer.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

			assertThat(served).isLessThan(BACK);
			assertThat(senders).allSatisfy((sender) -> assertThat(sender.failures).hasSizeGreaterThan(100)
				.hasOnlyElementsOfType(ChannelLayerException.class));
			List<String> log = output.getAll().substring(logged).lines().toList();
			List<String> problems = log.stream()
				.filter((line) -> line.contains(" WARN ") || line.contains(" ERROR "))
				.toList();
			assertThat(problems).hasSizeLessThan(20);
			assertThat(log).noneMatch((line) -> line.startsWith("\tat "));
			System.out.printf(
					"%s: Redis %s for %d s: all %,d clients served %,d ms after its return, sizes right after %,d ms, "
							+ "%d sends failed, %d WARN lines%n",
					this.nodes.get(0).serverName(), kind, OUTAGE.toSeconds(), this.members.size(), served.toMillis(),
					counted.toMillis(), senders.stream().mapToInt((sender) -> sender.failures.size()).sum(),
					problems.size());
		}
		finally {
			timer.shutdownNow();
		}
	}

	/**
	 * Wait until each client has got an event of each sender that was sent after now.
	 */
	private void awaitAllServed(List<Sender> senders) {
		Map<String, Long> next = new HashMap<>();
		senders.forEach((sender) -> next.put(sender.name, sender.next.get()));
		await().atMost(LIMIT)
			.until(() -> this.members.stream()
				.allMatch((member) -> next.entrySet()
					.stream()
					.allMatch((entry) -> member.lastOf(entry.getKey()) >= entry.getValue())));
	}

	/**
	 * Wait until all nodes agree on who is in which group.
	 */
	private void awaitSizes() {
		await().atMost(LIMIT).until(() -> {
			long sum = 0;
			for (int i = 0; i < GROUPS; i++) {
				sum += this.nodes.get(i % 2)
					.channels()
					.group("group-" + i)
					.size()
					.exceptionally((failure) -> 0L)
					.toCompletableFuture()
					.join();
			}
			return sum == this.members.size() && this.nodes.stream().mapToInt(TestServer::connections).sum() == sum;
		});
	}

	private void open(TestServer node, String group) {
		Member member = new Member();
		member.client = this.pool.open(node, "/ws/" + group, member);
		this.members.add(member);
	}

	/**
	 * Sends numbered events to all groups.
	 */
	private static final class Sender {

		private final String name;

		private final TestServer node;

		private final AtomicLong next = new AtomicLong();

		private final AtomicLong taken = new AtomicLong();

		private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

		private volatile Thread thread;

		Sender(String name, TestServer node) {
			this.name = name;
			this.node = node;
		}

		void sendAll(int perGroup) {
			for (int number = 0; number < perGroup; number++) {
				List<CompletableFuture<?>> sent = new ArrayList<>();
				for (int group = 0; group < GROUPS; group++) {
					sent.add(send(group, number));
				}
				sent.forEach(CompletableFuture::join);
			}
		}

		void sendNext() {
			long number = this.next.getAndIncrement();
			send((int) (number % GROUPS), number);
		}

		private CompletableFuture<?> send(int group, long number) {
			return this.node.channels()
				.group("group-" + group)
				.send(new Tick(this.name, number))
				.handle((done, failure) -> (failure != null) ? this.failures.add(failure)
						: this.taken.incrementAndGet())
				.toCompletableFuture();
		}

	}

	/**
	 * Checks what one client gets.
	 */
	private static final class Member implements ClientPool.Listener {

		private volatile ClientPool.Client client;

		private final Map<String, Long> last = new ConcurrentHashMap<>();

		private final Queue<String> errors = new ConcurrentLinkedQueue<>();

		long lastOf(String sender) {
			return this.last.getOrDefault(sender, -1L);
		}

		@Override
		public void received(ClientPool.Client client, String message) {
			String[] parts = message.split("#");
			long number = Long.parseLong(parts[1]);
			long before = lastOf(parts[0]);
			boolean expected = parts[0].startsWith("load-") ? number == before + 1 : number > before;
			if (!expected) {
				this.errors.add(message + " after " + before);
			}
			this.last.put(parts[0], number);
		}

	}

	@EventType("tick")
	record Tick(String sender, long number) {

	}

	@Consumer(name = "ticker", groups = "{group}")
	static class Ticker {

		@OnEvent
		String tick(Tick tick) {
			return tick.sender() + "#" + tick.number();
		}

	}

}
