package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.RetryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link MemoryWorkerChannel} with many threads at once.
 */
class MemoryWorkerRaceTests {

	private static final ChannelName MAIL = ChannelName.of("mail");

	private static final int EVENTS = 2000;

	private final ExecutorService executor = Executors.newFixedThreadPool(8);

	private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);

	private final ConcurrentHashMap<Integer, AtomicInteger> successes = new ConcurrentHashMap<>();

	@AfterEach
	void shutDown() {
		this.executor.shutdownNow();
		this.timer.shutdownNow();
	}

	@RepeatedTest(10)
	void eachEventIsHandledByOneWorkerWhichHandlesOneAtATime() {
		TestLayer test = new TestLayer(EVENTS, Duration.ZERO, this.timer);
		AtomicBoolean overlap = new AtomicBoolean();
		for (int i = 0; i < 4; i++) {
			AtomicInteger running = new AtomicInteger();
			test.layer.work(MAIL, RetryPolicy.defaults(), (event) -> {
				if (running.incrementAndGet() > 1) {
					overlap.set(true);
				}
				return CompletableFuture.runAsync(() -> succeeded(event), this.executor)
					.whenComplete((result, failure) -> running.decrementAndGet());
			});
		}
		sendFromThreads(test);
		awaitAll();
		assertThat(overlap).isFalse();
	}

	@RepeatedTest(5)
	void noEventIsLostWhileWorkersFail() {
		TestLayer test = new TestLayer(EVENTS, Duration.ZERO, this.timer);
		ConcurrentHashMap<Integer, AtomicInteger> attempts = new ConcurrentHashMap<>();
		RetryPolicy retry = new RetryPolicy(3, Duration.ZERO, Duration.ofMillis(1));
		for (int i = 0; i < 4; i++) {
			test.layer.work(MAIL, retry, (event) -> CompletableFuture.runAsync(() -> {
				int number = TestLayer.number(event);
				if (attempts.computeIfAbsent(number, (it) -> new AtomicInteger()).incrementAndGet() <= number % 3) {
					throw new IllegalStateException("broken");
				}
				succeeded(event);
			}, this.executor));
		}
		sendFromThreads(test);
		awaitAll();
		assertThat(TestLayer.join(test.layer.deadLetters(MAIL, 1))).isEmpty();
	}

	@RepeatedTest(5)
	void noEventIsLostWhileWorkersComeAndGo() throws Exception {
		TestLayer test = new TestLayer(EVENTS, Duration.ZERO, this.timer);
		AtomicBoolean done = new AtomicBoolean();
		List<Thread> restless = new ArrayList<>();
		for (int i = 0; i < 3; i++) {
			Thread thread = new Thread(() -> {
				while (!done.get()) {
					TestLayer
						.join(test.layer
							.work(MAIL, RetryPolicy.defaults(),
									(event) -> CompletableFuture.runAsync(() -> succeeded(event), this.executor))
							.stop());
				}
			});
			thread.start();
			restless.add(thread);
		}
		sendFromThreads(test);
		test.layer.work(MAIL, RetryPolicy.defaults(),
				(event) -> CompletableFuture.runAsync(() -> succeeded(event), this.executor));
		awaitAll();
		done.set(true);
		for (Thread thread : restless) {
			thread.join(TimeUnit.SECONDS.toMillis(10));
			assertThat(thread.isAlive()).isFalse();
		}
	}

	private void succeeded(SharedEvent event) {
		this.successes.computeIfAbsent(TestLayer.number(event), (number) -> new AtomicInteger()).incrementAndGet();
	}

	private void sendFromThreads(TestLayer test) {
		List<CompletableFuture<Void>> senders = new ArrayList<>();
		for (int sender = 0; sender < 4; sender++) {
			int first = sender;
			senders.add(CompletableFuture.runAsync(() -> {
				for (int i = first; i < EVENTS; i += 4) {
					TestLayer.join(test.send(MAIL, i));
				}
			}));
		}
		senders.forEach(TestLayer::join);
	}

	private void awaitAll() {
		await().atMost(Duration.ofSeconds(30)).until(() -> this.successes.size() == EVENTS);
		assertThat(this.successes.values()).allSatisfy((count) -> assertThat(count).hasValue(1));
	}

}
