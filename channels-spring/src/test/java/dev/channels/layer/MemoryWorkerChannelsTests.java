package dev.channels.layer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

import dev.channels.DeadLetter;
import dev.channels.RetryPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link MemoryWorkerChannels}: which names are remembered, and what happens to
 * what nobody reads.
 */
class MemoryWorkerChannelsTests {

	private static final ChannelName MAIL = ChannelName.of("mail");

	private static final RetryPolicy ONCE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

	private final TestLayer test = new TestLayer();

	private final TestLayer expiring = new TestLayer(1000, Duration.ofSeconds(30));

	@Test
	void whatNobodyReadsExpiresAndItsNameIsForgotten() {
		this.expiring.send(MAIL, 1);
		this.expiring.clock.advance(Duration.ofSeconds(10));
		this.expiring.send(MAIL, 2);
		this.expiring.clock.advance(Duration.ofSeconds(21));
		assertThat(this.expiring.timer.delays()).containsExactly(Duration.ofSeconds(30).plusNanos(1));
		this.expiring.timer.runNext();
		assertThat(this.expiring.drops.total(DropReason.EXPIRED)).isEqualTo(1);
		assertThat(names(this.expiring)).containsExactly(MAIL);
		assertThat(this.expiring.timer.delays()).last().isEqualTo(Duration.ofSeconds(9).plusNanos(1));
		this.expiring.clock.advance(Duration.ofSeconds(10));
		this.expiring.timer.runNext();
		assertThat(this.expiring.drops.total(DropReason.EXPIRED)).isEqualTo(2);
		assertThat(names(this.expiring)).isEmpty();
		assertThat(this.expiring.timer.waiting()).isZero();
	}

	@Test
	void aNameIsForgottenWhenNothingIsLeft() {
		WorkerSubscription worker = this.test.layer.work(MAIL, ONCE, (event) -> done());
		this.test.send(MAIL, 1);
		assertThat(names(this.test)).containsExactly(MAIL);
		worker.stop();
		assertThat(names(this.test)).isEmpty();
	}

	@Test
	void aNameIsForgottenWhenItsLastEventIsHandledByAWorkerThatStops() {
		CompletableFuture<Void> end = new CompletableFuture<>();
		WorkerSubscription worker = this.test.layer.work(MAIL, ONCE, (event) -> end);
		this.test.send(MAIL, 1);
		worker.stop();
		assertThat(names(this.test)).containsExactly(MAIL);
		end.complete(null);
		assertThat(names(this.test)).isEmpty();
	}

	@Test
	void aFlushForgetsNamesWithoutWorkers() {
		this.test.send(MAIL, 1);
		this.test.layer.work(ChannelName.of("served"), ONCE, (event) -> done());
		this.test.layer.flush();
		assertThat(names(this.test)).containsExactly(ChannelName.of("served"));
	}

	@Test
	void aNameIsRememberedAsLongAsItHasDeadLetters() {
		this.test.layer.work(MAIL, ONCE, (event) -> CompletableFuture.failedStage(new IllegalStateException())).stop();
		assertThat(names(this.test)).isEmpty();
		bury();
		assertThat(names(this.test)).containsExactly(MAIL);
		assertThat(TestLayer.join(this.test.layer.discard(MAIL, null))).isEqualTo(1);
		assertThat(names(this.test)).isEmpty();
	}

	@Test
	void askingForDeadLettersRemembersNoName() {
		assertThat(TestLayer.join(this.test.layer.deadLetters(MAIL, 1))).isEmpty();
		assertThat(TestLayer.join(this.test.layer.redeliver(MAIL, null))).isZero();
		assertThat(TestLayer.join(this.test.layer.discard(MAIL, "1"))).isZero();
		assertThat(names(this.test)).isEmpty();
	}

	@Test
	void warnsOfTheFirstEventOfAChannelThatNobodyServes() {
		try (CapturedLog log = CapturedLog.of(UnservedChannels.class)) {
			WorkerSubscription worker = this.test.layer.work(ChannelName.of("mails"), ONCE, (event) -> done());
			this.test.send(ChannelName.of("mails"), 1);
			this.expiring.send(MAIL, 1);
			assertThat(log.messages()).isEmpty();
			this.test.send(MAIL, 1);
			this.test.send(MAIL, 2);
			worker.stop();
			assertThat(log.messages()).singleElement()
				.asString()
				.startsWith("Worker channel 'mail' has no worker: up to 1000 events wait")
				.endsWith("; did you mean 'mails'?");
		}
	}

	@Test
	void redeliveredEventsBeginAnew() {
		bury();
		DeadLetter letter = TestLayer.join(this.test.layer.deadLetters(MAIL, 1)).get(0);
		assertThat(TestLayer.join(this.test.layer.redeliver(MAIL, "no such"))).isZero();
		assertThat(TestLayer.join(this.test.layer.redeliver(MAIL, letter.id()))).isEqualTo(1);
		assertThat(TestLayer.join(this.test.layer.deadLetters(MAIL, 1))).isEmpty();
		assertThat(TestLayer.join(this.test.layer.redeliver(MAIL, letter.id()))).isZero();
		AtomicInteger attempts = new AtomicInteger();
		this.test.layer.work(MAIL, new RetryPolicy(3, Duration.ZERO, Duration.ZERO), (event) -> {
			attempts.incrementAndGet();
			return CompletableFuture.failedStage(new IllegalStateException());
		});
		this.test.timer.runNext();
		this.test.timer.runNext();
		assertThat(attempts).hasValue(3);
		assertThat(TestLayer.join(this.test.layer.deadLetters(MAIL, 1))).singleElement()
			.satisfies((again) -> assertThat(again.id()).isNotEqualTo(letter.id()));
	}

	/**
	 * A queue of many events with an expiry is not walked through for each of them.
	 */
	@Test
	void manyEventsThatWaitCostNoMoreThanFew() {
		TestLayer large = new TestLayer(100_000, Duration.ofHours(1));
		long begin = System.nanoTime();
		for (int i = 0; i < 100_000; i++) {
			large.send(MAIL, i);
		}
		AtomicInteger count = new AtomicInteger();
		large.layer.work(MAIL, ONCE, (event) -> {
			count.incrementAndGet();
			return done();
		});
		assertThat(count).hasValue(100_000);
		// minutes if it were
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
	}

	/**
	 * Names come and go while they are used: no event is lost with one.
	 */
	@Test
	void noEventIsLostWithAForgottenName() {
		ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
		ExecutorService threads = Executors.newFixedThreadPool(4);
		try {
			TestLayer real = new TestLayer(10_000, Duration.ZERO, timer);
			AtomicInteger handled = new AtomicInteger();
			List<CompletableFuture<Void>> done = List.of(run(threads, (i) -> real.send(MAIL, i)),
					run(threads, (i) -> real.send(MAIL, i)), run(threads, (i) -> {
						real.layer.work(MAIL, ONCE, (event) -> {
							handled.incrementAndGet();
							return done();
						}).stop();
					}), run(threads, (i) -> real.layer.deadLetters(MAIL, 1)));
			done.forEach(TestLayer::join);
			WorkerSubscription last = real.layer.work(MAIL, ONCE, (event) -> {
				handled.incrementAndGet();
				return done();
			});
			await().atMost(Duration.ofSeconds(10)).until(() -> handled.get() == 4000);
			last.stop();
			assertThat(names(real)).isEmpty();
		}
		finally {
			threads.shutdownNow();
			timer.shutdownNow();
		}
	}

	private static CompletableFuture<Void> run(ExecutorService threads, IntConsumer task) {
		return CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 2000; i++) {
				task.accept(i);
			}
		}, threads);
	}

	private void bury() {
		WorkerSubscription worker = this.test.layer.work(MAIL, ONCE,
				(event) -> CompletableFuture.failedStage(new IllegalStateException()));
		this.test.send(MAIL, 1);
		worker.stop();
	}

	private static Iterable<ChannelName> names(TestLayer layer) {
		return layer.layer.workerChannels();
	}

	private static CompletionStage<?> done() {
		return CompletableFuture.completedStage(null);
	}

}
