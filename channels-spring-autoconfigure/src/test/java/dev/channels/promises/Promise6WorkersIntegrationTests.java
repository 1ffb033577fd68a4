package dev.channels.promises;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.ChannelFullException;
import dev.channels.Consumer;
import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.OnEvent;
import dev.channels.test.TestServer;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Promise 6: worker channels are at-least-once, within a process as well.
 */
class Promise6WorkersIntegrationTests {

	@BeforeEach
	void clear() {
		Worker.handled.clear();
		Worker.attempts.clear();
		Worker.running.set(0);
		Worker.mostAtOnce.set(0);
		Worker.destroyed.set(0);
		Worker.release = new CountDownLatch(0);
	}

	private static TestServer.Builder workers(String... settings) {
		return TestServer.with(Worker.class).worker("jobs", "worker", settings).type(WebApplicationType.NONE);
	}

	@Test
	void eachJobIsHandledByOneWorker() {
		try (TestServer server = workers("concurrency=4").start()) {
			for (int i = 0; i < 500; i++) {
				server.channels().channel("jobs").send(new Job("job " + i));
			}
			await().until(() -> Worker.handled.size() == 500);
			assertThat(Worker.handled).doesNotHaveDuplicates();
			assertThat(Worker.mostAtOnce.get()).isBetween(2, 4);
		}
		assertThat(Worker.destroyed.get()).isEqualTo(5);
	}

	@Test
	void oneWorkerHandlesOneAtATimeInOrder() {
		try (TestServer server = workers().start()) {
			for (int i = 0; i < 200; i++) {
				server.channels().channel("jobs").send(new Job("job " + i));
			}
			await().until(() -> Worker.handled.size() == 200);
			assertThat(Worker.handled.stream().map((name) -> Integer.parseInt(name.substring(4)))).isSorted();
			assertThat(Worker.mostAtOnce.get()).isEqualTo(1);
		}
	}

	@Test
	void failingJobIsRetriedWithBackOff() {
		try (TestServer server = workers("retry.backoff=50ms").start()) {
			long start = System.nanoTime();
			server.channels().channel("jobs").send(new Job("fail 2"));
			server.channels().channel("jobs").send(new Job("other"));
			await().until(() -> Worker.handled.size() == 2);
			assertThat(Worker.handled).containsExactly("other", "fail 2");
			assertThat(Worker.attempts.get("fail 2").get()).isEqualTo(3);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(150));
		}
	}

	@Test
	void jobThatAlwaysFailsBecomesADeadLetter() {
		try (TestServer server = workers("retry.backoff=1ms", "retry.max-attempts=3").start()) {
			server.channels().channel("jobs").send(new Job("poison"));
			server.channels().channel("jobs").send(Event.of("unknown.type", Map.of("a", 1)));
			server.channels().channel("jobs").send(new Job("other"));
			await().untilAsserted(() -> assertThat(deadLetters(server)).hasSize(2));
			DeadLetter unknown = deadLetter(server, "unknown.type");
			assertThat(unknown.event().payload()).isEqualTo(Map.of("a", 1));
			assertThat(unknown.attempts()).isEqualTo(1);
			assertThat(unknown.error()).endsWith("event 'unknown.type', which consumer 'worker' does not handle");
			DeadLetter poison = deadLetter(server, "job");
			assertThat(poison.event().payload()).isEqualTo(Map.of("name", "poison"));
			assertThat(poison.attempts()).isEqualTo(3);
			assertThat(poison.error()).isEqualTo("java.lang.IllegalStateException: poison");
			assertThat(Worker.handled).containsExactly("other");
		}
	}

	@Test
	void handledExceptionAcknowledges() {
		try (TestServer server = workers().start()) {
			server.channels().channel("jobs").send(new Job("handled"));
			await().untilAsserted(() -> assertThat(Worker.handled).containsExactly("exception handler"));
			assertThat(deadLetters(server)).isEmpty();
		}
	}

	@Test
	void returnedStageAcknowledgesLater() {
		try (TestServer server = workers("retry.backoff=1ms").start()) {
			server.channels().channel("jobs").send("async", Map.of("fail", true));
			await().until(() -> Worker.handled.contains("async done"));
			assertThat(Worker.attempts.get("async").get()).isEqualTo(2);
		}
	}

	@Test
	void fullChannelRefuses() {
		Worker.release = new CountDownLatch(1);
		try (TestServer server = workers().property("channels.layers.default.channel-capacity[0].pattern=jobs")
			.property("channels.layers.default.channel-capacity[0].capacity=3")
			.start()) {
			for (int i = 0; i < 3; i++) {
				assertThat(server.channels().channel("jobs").send(new Job("job " + i)).toCompletableFuture())
					.isCompleted();
			}
			assertThat(server.channels().channel("jobs").send(new Job("one too many")).toCompletableFuture())
				.failsWithin(Duration.ofSeconds(1))
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(ChannelFullException.class)
				.withMessage("Channel 'jobs' is full: it holds its capacity of 3 events");
			Worker.release.countDown();
			await().until(() -> Worker.handled.size() == 3);
			await().until(() -> server.channels().channel("jobs").send(new Job("fits")).toCompletableFuture().isDone());
		}
	}

	@Test
	void stopWaitsForTheJobInHand() throws Exception {
		Worker.release = new CountDownLatch(1);
		TestServer server = workers().start();
		server.channels().channel("jobs").send(new Job("in hand"));
		await().until(() -> Worker.running.get() == 1);
		Thread stopper = new Thread(server::close);
		stopper.start();
		await().until(() -> stopper.getState() == Thread.State.TIMED_WAITING);
		assertThat(Worker.handled).isEmpty();
		Worker.release.countDown();
		stopper.join(10_000);
		assertThat(stopper.isAlive()).isFalse();
		assertThat(Worker.handled).containsExactly("in hand");
	}

	@Test
	void switchedOffWorkersHandleNothing() {
		try (TestServer server = workers().property("channels.workers.enabled=false").start()) {
			server.channels().channel("jobs").send(new Job("waits"));
			assertThat(server.context().containsBean("channelsWorkerContainer")).isFalse();
			assertThat(Worker.handled).isEmpty();
		}
	}

	@Test
	void applicationOfWorkersAloneStaysUp() {
		try (TestServer server = workers().start()) {
			assertThat(keepAliveThreads()).hasSize(1).allMatch((thread) -> !thread.isDaemon());
		}
		await().untilAsserted(() -> assertThat(keepAliveThreads()).isEmpty());
	}

	private static List<Thread> keepAliveThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("channels-keep-alive"))
			.toList();
	}

	private static DeadLetter deadLetter(TestServer server, String type) {
		return deadLetters(server).stream().filter((it) -> it.event().type().equals(type)).findFirst().orElseThrow();
	}

	private static List<DeadLetter> deadLetters(TestServer server) {
		return server.channels().channel("jobs").deadLetters(10).toCompletableFuture().join();
	}

	@EventType("job")
	record Job(String name) {

	}

	static class HandledException extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	@Consumer("worker")
	static class Worker {

		static final Queue<String> handled = new ConcurrentLinkedQueue<>();

		static final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

		static final AtomicInteger running = new AtomicInteger();

		static final AtomicInteger mostAtOnce = new AtomicInteger();

		static final AtomicInteger destroyed = new AtomicInteger();

		static volatile CountDownLatch release = new CountDownLatch(0);

		@OnEvent
		void job(Job job) throws InterruptedException {
			int attempt = attempts.computeIfAbsent(job.name(), (name) -> new AtomicInteger()).incrementAndGet();
			mostAtOnce.accumulateAndGet(running.incrementAndGet(), Math::max);
			try {
				release.await(10, TimeUnit.SECONDS);
				if (job.name().startsWith("fail") && attempt <= Integer.parseInt(job.name().substring(5))) {
					throw new IllegalStateException("attempt " + attempt);
				}
				if (job.name().equals("poison")) {
					throw new IllegalStateException("poison");
				}
				if (job.name().equals("handled")) {
					throw new HandledException();
				}
				if (job.name().startsWith("job")) {
					// so that several workers are busy at the same time
					TimeUnit.MILLISECONDS.sleep(1);
				}
				handled.add(job.name());
			}
			finally {
				running.decrementAndGet();
			}
		}

		@OnEvent("async")
		CompletionStage<Void> async(Map<String, Object> job) {
			int attempt = attempts.computeIfAbsent("async", (name) -> new AtomicInteger()).incrementAndGet();
			return CompletableFuture.runAsync(() -> {
				if (attempt == 1) {
					throw new IllegalStateException("first attempt");
				}
				handled.add("async done");
			});
		}

		@MessageExceptionHandler
		void handle(HandledException ex) {
			handled.add("exception handler");
		}

		@PreDestroy
		void destroy() {
			destroyed.incrementAndGet();
		}

	}

}
