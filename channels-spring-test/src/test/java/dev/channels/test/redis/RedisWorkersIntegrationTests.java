package dev.channels.test.redis;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
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
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.WorkerSubscription;
import dev.channels.layer.redis.FernetEventSerializer;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
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
		await().atMost(20, TimeUnit.SECONDS)
			.until(() -> layer.deadLetters(jobs, 1).toCompletableFuture().handle((letters, ex) -> ex != null).get());
		this.redis.thaw();
		awaitEmpty();
		await().atMost(20, TimeUnit.SECONDS).ignoreExceptions().until(() -> {
			send(layer, 2);
			return true;
		});
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.handled.contains(2));
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
		await().atMost(20, TimeUnit.SECONDS).until(() -> this.handled.size() > before);
		worker.stop().toCompletableFuture().get(5, TimeUnit.SECONDS);
		await().atMost(20, TimeUnit.SECONDS).until(() -> consumers() == 0);
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

	/**
	 * The answer to a read is lost, which is what it looks like when somebody else reads
	 * in the name of the node. It was not an attempt, though there is only one.
	 */
	@Test
	void aJobWhoseAnswerWasLostIsHandled() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		CompletableFuture<Void> end = new CompletableFuture<>();
		workUntil(layer, end);
		send(layer, 1);
		awaitHandled(1);
		send(layer, 2);
		this.redis.cli("XREADGROUP", "GROUP", "channels", layer.node(), "COUNT", "1", "STREAMS", STREAM, ">");
		end.complete(null);
		awaitHandled(1, 2);
		awaitEmpty();
		assertThat(deadLetters(layer)).isEmpty();
	}

	/**
	 * However long the node is busy: nobody takes for an attempt what it has not begun.
	 */
	@Test
	void aJobWhoseAnswerWasLostWaitsForItsNode() throws Exception {
		RedisChannelLayer busy = this.nodes.start();
		CompletableFuture<Void> end = new CompletableFuture<>();
		workUntil(busy, end);
		send(busy, 1);
		awaitHandled(1);
		send(busy, 2);
		this.redis.cli("XREADGROUP", "GROUP", "channels", busy.node(), "COUNT", "1", "STREAMS", STREAM, ">");
		RedisChannelLayer idle = this.nodes.start();
		work(idle);
		long begin = System.nanoTime();
		// more than the three seconds after which others would take it over
		await().atMost(10, TimeUnit.SECONDS).until(() -> System.nanoTime() - begin > Duration.ofSeconds(6).toNanos());
		assertThat(deadLetters(idle)).isEmpty();
		end.complete(null);
		awaitHandled(1, 2);
		awaitEmpty();
	}

	/**
	 * What was given back is an event that nobody has begun.
	 */
	@Test
	void whatIsGivenBackIsNoAttempt() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		this.redis.cli("XGROUP", "CREATE", STREAM, "channels", "0", "MKSTREAM");
		for (int i = 0; i < 5; i++) {
			// the read of the first life brings the event after its end
			work(layer).stop();
			send(layer, i);
		}
		await().atMost(10, TimeUnit.SECONDS).until(() -> consumerNames().stream().noneMatch(layer.node()::equals));
		work(layer);
		await().atMost(10, TimeUnit.SECONDS).until(() -> Set.copyOf(this.handled).size() == 5);
		awaitEmpty();
		assertThat(deadLetters(layer)).isEmpty();
		assertThat(this.handled).hasSize(5);
	}

	@Test
	void namesThatNobodyReadsAreForgottenWithWhatExpires() throws Exception {
		DropCounter drops = new DropCounter();
		RedisChannelLayer layer = this.nodes.start(expiring(Duration.ofMillis(300)), drops, new RedisLayerListener() {
		});
		for (int i = 0; i < 20; i++) {
			layer.send(ChannelName.of("job-" + i), codec.encode(Event.of("job"))).toCompletableFuture().get();
		}
		assertThat(this.redis.cli("KEYS", "asgi:worker:*").lines()).hasSize(20);
		await().atMost(10, TimeUnit.SECONDS).until(() -> this.redis.cli("KEYS", "asgi:worker:*").isEmpty());
		await().atMost(10, TimeUnit.SECONDS).until(() -> drops.total(DropReason.EXPIRED) == 20);
	}

	@Test
	void namesThatNobodyReadsAreForgottenAfterAFlushToo() throws Exception {
		DropCounter drops = new DropCounter();
		RedisChannelLayer layer = this.nodes.start(expiring(Duration.ofSeconds(1)), drops, new RedisLayerListener() {
		});
		send(layer, 1);
		layer.flush().toCompletableFuture().get(5, TimeUnit.SECONDS);
		ChannelName other = ChannelName.of("other");
		layer.send(other, codec.encode(Event.of("job"))).toCompletableFuture().get();
		await().atMost(10, TimeUnit.SECONDS).until(() -> drops.total(DropReason.EXPIRED) == 1);
		assertThat(this.redis.cli("KEYS", "asgi:worker:*")).isEmpty();
	}

	/**
	 * If the node that sent is gone, nobody counts; but nothing is left.
	 */
	@Test
	void whatNobodyReadsAndNobodyWatchesEndsByItself() throws Exception {
		RedisChannelLayer layer = this.nodes.start(expiring(Duration.ofMinutes(10)), new DropCounter(),
				new RedisLayerListener() {
				});
		send(layer, 1);
		assertThat(Long.parseLong(this.redis.cli("PTTL", STREAM))).isBetween(600_000L, 660_000L);
		WorkerSubscription worker = work(layer);
		awaitHandled(1);
		assertThat(this.redis.cli("PTTL", STREAM)).as("somebody reads it").isEqualTo("-1");
		worker.stop().toCompletableFuture().get(5, TimeUnit.SECONDS);
		send(layer, 2);
		assertThat(this.redis.cli("PTTL", STREAM)).isEqualTo("-1");
	}

	@Test
	void whatAnExceptionSaysIsEncryptedAsTheEventIs() throws Exception {
		RedisChannelLayer layer = this.nodes
			.serializer(new FernetEventSerializer(new JsonEventSerializer(), List.of("secret")))
			.start();
		layer.work(jobs, once,
				(event) -> CompletableFuture.failedStage(new IllegalStateException("no mail for bob@example.com")));
		send(layer, 1);
		await().atMost(10, TimeUnit.SECONDS).until(() -> deadLetters(layer).size() == 1);
		assertThat(this.redis.cli("XRANGE", STREAM + ":dead", "-", "+")).doesNotContain("bob", "IllegalState");
		assertThat(deadLetters(layer).get(0).error())
			.isEqualTo("java.lang.IllegalStateException: no mail for bob@example.com");
	}

	@Test
	void aDamagedDeadLetterHidesNoOther() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		this.redis.cli("XADD", STREAM + ":dead", "*", "some", "thing");
		layer.work(jobs, once, (event) -> CompletableFuture.failedStage(new IllegalStateException("broken")));
		send(layer, 1);
		await().atMost(10, TimeUnit.SECONDS).until(() -> deadLetters(layer).size() == 2);
		assertThat(deadLetters(layer)).extracting(DeadLetter::attempts).containsExactly(0, 1);
		assertThat(deadLetters(layer).get(0).event().type()).isEqualTo("channels.undecodable");
		assertThat(layer.discard(jobs, null).toCompletableFuture().get()).isEqualTo(2);
		assertThat(this.redis.cli("EXISTS", STREAM + ":dead")).isEqualTo("0");
	}

	/**
	 * More than what is sent again at a time.
	 */
	@Test
	void manyDeadLettersAreSentAgain() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		for (int i = 0; i < 250; i++) {
			this.redis.cli("XADD", STREAM + ":dead", "*", "event", "{\"type\":\"job\",\"job\":" + i + "}");
		}
		assertThat(layer.redeliver(jobs, null).toCompletableFuture().get()).isEqualTo(250);
		assertThat(this.redis.cli("XLEN", STREAM)).isEqualTo("250");
		assertThat(this.redis.cli("EXISTS", STREAM + ":dead")).isEqualTo("0");
		work(layer);
		await().atMost(10, TimeUnit.SECONDS).until(() -> this.handled.size() == 250);
		assertThat(this.handled).containsExactlyElementsOf(IntStream.range(0, 250).boxed().toList());
	}

	@Test
	void theConnectionOfAWorkerIsClosedWithIt() throws Exception {
		RedisChannelLayer layer = this.nodes.start();
		long before = clients();
		WorkerSubscription worker = work(layer);
		await().atMost(10, TimeUnit.SECONDS).until(() -> clients() == before + 1);
		worker.stop().toCompletableFuture().get(5, TimeUnit.SECONDS);
		await().atMost(10, TimeUnit.SECONDS).until(() -> clients() == before);
		work(layer);
		send(layer, 1);
		awaitHandled(1);
	}

	private long clients() {
		return this.redis.cli("CLIENT", "LIST").lines().count();
	}

	private static LayerSettings expiring(Duration expiry) {
		return new LayerSettings(1000, List.of(), Duration.ofSeconds(60), expiry, Duration.ofHours(24));
	}

	private static List<DeadLetter> deadLetters(RedisChannelLayer layer) throws Exception {
		return layer.deadLetters(jobs, 10).toCompletableFuture().get(5, TimeUnit.SECONDS);
	}

	/**
	 * A worker that is done with nothing before the end.
	 */
	private void workUntil(RedisChannelLayer layer, CompletableFuture<Void> end) {
		layer.work(jobs, once, (event) -> {
			this.handled.add(number(event));
			return end;
		});
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
