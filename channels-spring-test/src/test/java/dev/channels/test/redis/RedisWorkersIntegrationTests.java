package dev.channels.test.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.WorkerSubscription;
import dev.channels.layer.redis.RedisChannelLayer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Worker channels, when something goes wrong in Redis.
 */
class RedisWorkersIntegrationTests {

	private static final EventCodec codec = new EventCodec(RedisNodes.mapper, new JsonEventSerializer());

	private static final ChannelName jobs = ChannelName.of("jobs");

	private static final String STREAM = "asgi:worker:{jobs}";

	private static final RetryPolicy once = new RetryPolicy(1, Duration.ofMillis(1), Duration.ofMillis(1));

	private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

	private RedisServer redis;

	private RedisNodes nodes;

	@BeforeEach
	void start() {
		this.redis = RedisServer.local();
		this.nodes = RedisNodes.on(this.redis);
	}

	@AfterEach
	void stop() {
		this.nodes.close();
		this.redis.close();
	}

	@Test
	void aWorkerGoesOnWithAnEmptiedRedis() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		work(layer);
		send(layer, 1);
		awaitHandled(1);
		this.redis.cli("FLUSHALL");
		// sent before the worker has noticed, so before there is a consumer group
		send(layer, 2);
		send(layer, 3);
		awaitHandled(1, 2, 3);
		awaitEmpty();
	}

	@Test
	void aWorkerGoesOnAfterARestart() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		work(layer);
		send(layer, 1);
		awaitHandled(1);
		this.redis.kill();
		this.redis.restart();
		await().atMost(10, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
			send(layer, 2);
			return true;
		});
		await().atMost(10, TimeUnit.SECONDS).until(() -> this.handled.contains(2));
	}

	/**
	 * The end of a job is told as often as it takes, and nobody handles it again.
	 */
	@Test
	void aJobThatEndsDuringAnOutageIsHandledOnce() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		CompletableFuture<Void> end = new CompletableFuture<>();
		layer.work(jobs, once, (event) -> {
			this.handled.add(number(event));
			return end;
		});
		send(layer, 1);
		awaitHandled(1);
		this.redis.freeze();
		end.complete(null);
		await().atMost(5, TimeUnit.SECONDS)
			.until(() -> layer.deadLetters(jobs, 1).toCompletableFuture().handle((letters, ex) -> ex != null).get());
		this.redis.thaw();
		awaitEmpty();
		await().atMost(5, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
			send(layer, 2);
			return true;
		});
		await().atMost(5, TimeUnit.SECONDS).until(() -> this.handled.contains(2));
		assertThat(this.handled).containsOnlyOnce(1);
	}

	@Test
	void whatIsNoEventIsADeadLetter() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		work(layer);
		this.redis.cli("XADD", STREAM, "*", "event", "{no event");
		this.redis.cli("XADD", STREAM, "*", "other", "field");
		send(layer, 1);
		awaitHandled(1);
		awaitEmpty();
		List<DeadLetter> dead = layer.deadLetters(jobs, 10).toCompletableFuture().get(5, TimeUnit.SECONDS);
		assertThat(dead).hasSize(2)
			.allSatisfy((letter) -> assertThat(letter.error()).contains("UndecodableEventException"));
	}

	@Test
	void aProcessThatIsGoneLeavesNoConsumer() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		WorkerSubscription worker = work(layer);
		try (NodeProcess other = NodeProcess.start(WorkerNode.class, this.redis)) {
			other.awaitLine("ready");
			// both read once there is enough for both
			await().atMost(20, TimeUnit.SECONDS).until(() -> {
				for (int i = 0; i < 10; i++) {
					send(layer, i);
				}
				return consumers() == 2;
			});
			awaitEmpty();
			other.kill();
			await().atMost(20, TimeUnit.SECONDS).until(() -> List.of(layer.node()).containsAll(consumerNames()));
		}
		int before = this.handled.size();
		send(layer, 100);
		await().atMost(5, TimeUnit.SECONDS).until(() -> this.handled.size() > before);
		worker.stop().toCompletableFuture().get(5, TimeUnit.SECONDS);
		await().atMost(5, TimeUnit.SECONDS).until(() -> consumers() == 0);
	}

	/**
	 * A consumer that was forgotten although it lives reads on.
	 */
	@Test
	void aQuietWorkerGetsWhatComes() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		work(layer);
		send(layer, 1);
		awaitHandled(1);
		awaitEmpty();
		String name = consumerNames().get(0);
		this.redis.cli("XGROUP", "DELCONSUMER", STREAM, "channels", name);
		assertThat(consumers()).isZero();
		send(layer, 2);
		awaitHandled(1, 2);
		awaitEmpty();
	}

	@Test
	void aWorkerThatIsHeldUpKeepsItsJob() throws Exception {
		RedisChannelLayer slow = this.nodes.start();
		CountDownLatch release = new CountDownLatch(1);
		slow.work(jobs, once, (event) -> CompletableFuture.runAsync(() -> {
			this.handled.add(number(event));
			awaitUninterruptibly(release);
		}));
		send(slow, 1);
		awaitHandled(1);
		RedisChannelLayer idle = this.nodes.start();
		work(idle);
		long begin = System.nanoTime();
		// more than the three seconds after which others would take it over
		await().atMost(10, TimeUnit.SECONDS).until(() -> System.nanoTime() - begin > Duration.ofSeconds(5).toNanos());
		assertThat(this.handled).containsExactly(1);
		release.countDown();
		awaitEmpty();
	}

	private WorkerSubscription work(RedisChannelLayer layer) {
		return layer.work(jobs, once, (event) -> {
			this.handled.add(number(event));
			return CompletableFuture.completedStage(null);
		});
	}

	private static int number(SharedEvent event) {
		return ((Number) ((Map<?, ?>) event.payload(Map.class)).get("job")).intValue();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		try {
			latch.await(20, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void send(RedisChannelLayer layer, int job) throws Exception {
		LayerEvent event = codec.encode(Event.of("job", Map.of("job", job)));
		CompletionStage<Void> sent = layer.send(jobs, event);
		sent.toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

	private void awaitHandled(Integer... expected) {
		await().atMost(10, TimeUnit.SECONDS)
			.untilAsserted(() -> assertThat(this.handled).containsExactlyInAnyOrder(expected));
	}

	private void awaitEmpty() {
		await().atMost(10, TimeUnit.SECONDS).until(() -> this.redis.cli("XLEN", STREAM).equals("0"));
	}

	private int consumers() {
		return consumerNames().size();
	}

	private List<String> consumerNames() {
		List<String> facts = this.redis.cli("XINFO", "CONSUMERS", STREAM, "channels").lines().toList();
		return IntStream.range(0, facts.size() - 1)
			.filter((i) -> facts.get(i).equals("name"))
			.mapToObj((i) -> facts.get(i + 1))
			.toList();
	}

}
