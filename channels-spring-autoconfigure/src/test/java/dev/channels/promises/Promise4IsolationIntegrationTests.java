package dev.channels.promises;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.DropReason;
import dev.channels.test.ClientPool;
import dev.channels.test.Frame;
import dev.channels.test.HiccupMeter;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 4: a slow or blocked handler or client delays nobody else, and costs bounded
 * memory.
 */
class Promise4IsolationIntegrationTests {

	private static final Duration HARM = Duration.ofMillis(100);

	/**
	 * Who is held up waits for much longer; a busy machine may take a second.
	 */
	private static final Duration UNDISTURBED = Duration.ofSeconds(3);

	private static final int MANY = 250;

	/**
	 * Messages to a group that some of its members have not got.
	 */
	private static final int MAX_UNDER_WAY = 50;

	private TestServer server;

	@BeforeEach
	void start() {
		this.server = TestServer.with(Member.class, Page.class)
			.route("/ws/{group}", "member", "connection.send-timeout=5s")
			.start();
	}

	@AfterEach
	void stop() {
		Member.release.countDown();
		this.server.close();
	}

	@Test
	void blockedHandlersDelayNobody() throws Exception {
		Member.release = new CountDownLatch(1);
		Member.blocked.set(0);
		try (ClientPool pool = new ClientPool(); RawClient other = RawClient.open(this.server, "/ws/other")) {
			for (int i = 0; i < MANY; i++) {
				pool.open(this.server, "/ws/blocked").send("block");
			}
			await().atMost(20, TimeUnit.SECONDS).until(() -> Member.blocked.get() == MANY);
			assertEverybodyElseIsServed(other);
		}
	}

	@Test
	void clientsThatNeverReadDelayNobody() throws Exception {
		List<RawClient> deaf = new ArrayList<>();
		try (RawClient other = RawClient.open(this.server, "/ws/other")) {
			for (int i = 0; i < MANY; i++) {
				deaf.add(RawClient.openDeaf(this.server, "/ws/deaf"));
			}
			// 250 sockets that are stuck in the middle of a write, none over its limit
			String text = "x".repeat(4000);
			for (int i = 0; i < 100; i++) {
				this.server.channels().group("deaf").send("text", Map.of("text", text));
				assertThat(timeOf(() -> other.send("echo").readText())).isLessThan(UNDISTURBED);
			}
			assertEverybodyElseIsServed(other);
			// and now over it: all end as the policy says
			for (int i = 0; i < 1500; i++) {
				this.server.channels().group("deaf").send("text", Map.of("text", text));
			}
			await().atMost(20, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(this.server.connections()).isEqualTo(1));
			assertEverybodyElseIsServed(other);
		}
		finally {
			for (RawClient client : deaf) {
				client.close();
			}
		}
	}

	@Test
	void otherMembersMissNothingOfASlowOnesGroup() throws Exception {
		int members = 199;
		int messages = 1500;
		try (HiccupMeter meter = new HiccupMeter(); ClientPool pool = new ClientPool()) {
			Pauses pauses = new Pauses(members);
			for (int i = 0; i < members; i++) {
				pool.open(this.server, "/ws/load", (client, text) -> pauses.received(client.index()));
			}
			// a cold JVM needs a second or two until it can write so much
			for (int i = 0; i < 50; i++) {
				sendPaced(pool, 20);
			}
			// whoever else uses this machine comes and goes
			Duration harm = harmOfASlowOne(pool, pauses, meter, messages);
			for (int i = 0; i < 2 && harm.compareTo(HARM) >= 0; i++) {
				harm = harmOfASlowOne(pool, pauses, meter, messages);
			}
			assertThat(harm).isLessThan(HARM);
		}
		assertThat(this.server.drops(DropReason.CAPACITY)).isZero();
	}

	/**
	 * Return by how much the longest pause is longer with a slow one than without, and
	 * longer than what the machine makes of any thread.
	 */
	private Duration harmOfASlowOne(ClientPool pool, Pauses pauses, HiccupMeter meter, int messages) throws Exception {
		int members = pool.clients().size();
		pauses.reset();
		sendPaced(pool, messages);
		Duration unavoidable = max(pauses.longest(), meter.longest());
		try (RawClient deaf = RawClient.openDeaf(this.server, "/ws/load")) {
			assertThat(deaf.status()).isEqualTo(101);
			long usedBefore = usedMemory();
			pauses.reset();
			sendPaced(pool, messages);
			await().atMost(10, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(this.server.connections()).isEqualTo(members));
			assertThat(usedMemory() - usedBefore).isLessThan(64L * 1024 * 1024);
		}
		unavoidable = max(unavoidable, meter.longest());
		System.out.println("Longest pause beside a slow consumer: " + pauses.longest().toMillis()
				+ " ms, without one or by the machine's fault: " + unavoidable.toMillis() + " ms");
		return pauses.longest().minus(unavoidable);
	}

	/**
	 * Send 200 messages of 2 KB a second, or as many as this machine carries: more would
	 * make slow ones of all. Wait until the members have got them all.
	 */
	private void sendPaced(ClientPool pool, int messages) {
		String text = "y".repeat(2000);
		long before = pool.received();
		long next = System.nanoTime();
		for (int i = 0; i < messages; i++) {
			this.server.channels().group("load").send("text", Map.of("text", text));
			next = Math.max(next + 5_000_000, System.nanoTime());
			LockSupport.parkNanos(next - System.nanoTime());
			pool.awaitReceived(before + (i - MAX_UNDER_WAY) * (long) pool.clients().size(), Duration.ofSeconds(30));
		}
		long expected = before + (long) messages * pool.clients().size();
		pool.awaitReceived(expected, Duration.ofSeconds(30));
		assertThat(pool.received()).isEqualTo(expected);
	}

	private static Duration max(Duration a, Duration b) {
		return (a.compareTo(b) > 0) ? a : b;
	}

	/**
	 * The longest time between two messages of one client; of the pool's thread alone,
	 * but for the reset, which happens while nothing is sent.
	 */
	private static final class Pauses {

		private final long[] last;

		private volatile long longest;

		Pauses(int clients) {
			this.last = new long[clients];
		}

		void received(int client) {
			long now = System.nanoTime();
			if (this.last[client] != 0) {
				this.longest = Math.max(this.longest, now - this.last[client]);
			}
			this.last[client] = now;
		}

		void reset() {
			Arrays.fill(this.last, 0);
			this.longest = 0;
		}

		Duration longest() {
			return Duration.ofNanos(this.longest);
		}

	}

	@Test
	void clientThatSendsFasterThanItsHandlerIsHeldBack() throws Exception {
		Member.release = new CountDownLatch(1);
		Member.blocked.set(0);
		try (RawClient client = RawClient.open(this.server, "/ws/flood")) {
			client.send("block");
			await().until(() -> Member.blocked.get() == 1);
			long usedBefore = usedMemory();
			CountDownLatch done = new CountDownLatch(1);
			AtomicInteger sent = new AtomicInteger();
			byte[] frame = Frame.encode(Frame.TEXT, true, true, new byte[500_000]);
			Thread flood = new Thread(() -> {
				try {
					for (int i = 0; i < 200; i++) {
						client.sendBytes(frame);
						sent.incrementAndGet();
					}
				}
				catch (IOException ex) {
					// the end of the test
				}
				done.countDown();
			});
			flood.start();
			// what TCP's buffers hold, not 100 MB
			assertThat(done.await(2, TimeUnit.SECONDS)).isFalse();
			assertThat(sent.get()).isLessThan(100);
			assertThat(usedMemory() - usedBefore).isLessThan(32L * 1024 * 1024);
			Member.release.countDown();
			// a server decodes 100 MB byte by byte: six seconds on a busy machine
			assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
		}
	}

	private static long usedMemory() {
		System.gc();
		return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
	}

	private void assertEverybodyElseIsServed(RawClient other) throws Exception {
		HttpClient http = HttpClient.newHttpClient();
		HttpRequest request = HttpRequest.newBuilder(this.server.http("/page")).timeout(Duration.ofSeconds(5)).build();
		assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).body()).isEqualTo("page");
		for (int i = 0; i < 20; i++) {
			assertThat(timeOf(() -> http.send(request, HttpResponse.BodyHandlers.ofString()))).isLessThan(UNDISTURBED);
			assertThat(timeOf(() -> other.send("echo").readText())).isLessThan(UNDISTURBED);
			assertThat(timeOf(() -> RawClient.open(this.server, "/ws/new").close())).isLessThan(UNDISTURBED);
		}
	}

	private static Duration timeOf(Action action) throws Exception {
		long start = System.nanoTime();
		action.run();
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private interface Action {

		void run() throws Exception;

	}

	@Consumer(name = "member", groups = "{group}")
	static class Member {

		static volatile CountDownLatch release = new CountDownLatch(0);

		static final AtomicInteger blocked = new AtomicInteger();

		private final Channels channels;

		Member(Channels channels) {
			this.channels = channels;
		}

		@OnConnect
		void connect(Connection connection, @PathVariable String group) {
		}

		@OnReceive
		String receive(String text) throws InterruptedException {
			if (text.equals("block")) {
				blocked.incrementAndGet();
				release.await(20, TimeUnit.SECONDS);
				return null;
			}
			return (text.length() > 100) ? null : text;
		}

		@OnEvent("text")
		String text(Map<String, Object> event) {
			return (String) event.get("text");
		}

	}

	@RestController
	static class Page {

		@GetMapping("/page")
		String page() {
			return "page";
		}

	}

}
