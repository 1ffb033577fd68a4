package dev.channels.layer;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link MemoryWorkerChannel}: what becomes of events that fail, and of old
 * ones.
 */
class MemoryWorkerRetryTests {

	private static final ChannelName MAIL = ChannelName.of("mail");

	private static final RetryPolicy THREE_ATTEMPTS = new RetryPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(1));

	private final TestLayer test = new TestLayer();

	private final List<Integer> handled = new ArrayList<>();

	private RuntimeException failure = new IllegalStateException("broken");

	@Test
	void waitsLongerBeforeEachAttempt() {
		this.test.layer.work(MAIL, new RetryPolicy(5, Duration.ofSeconds(1), Duration.ofSeconds(3)), this::fail);
		send(1);
		for (int i = 0; i < 4; i++) {
			this.test.timer.runNext();
		}
		assertThat(this.handled).containsExactly(1, 1, 1, 1, 1);
		assertThat(this.test.timer.delays()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2),
				Duration.ofSeconds(3), Duration.ofSeconds(3));
	}

	@Test
	void otherEventsAreHandledMeanwhile() {
		this.test.layer.work(MAIL, THREE_ATTEMPTS,
				(event) -> (TestLayer.number(event) == 1) ? fail(event) : succeed(event));
		send(1, 2, 3);
		assertThat(this.handled).containsExactly(1, 2, 3);
		assertThat(deadLetters()).isEmpty();
	}

	@Test
	void anAttemptThatSucceedsIsTheLast() {
		this.test.layer.work(MAIL, THREE_ATTEMPTS, (event) -> this.handled.isEmpty() ? fail(event) : succeed(event));
		send(1);
		this.test.timer.runNext();
		assertThat(this.handled).containsExactly(1, 1);
		assertThat(this.test.timer.waiting()).isZero();
		assertThat(deadLetters()).isEmpty();
	}

	@Test
	void becomesADeadLetterAfterTheLastAttempt() {
		Instant before = Instant.now();
		this.test.layer.work(MAIL, THREE_ATTEMPTS, this::fail);
		send(7);
		this.test.timer.runNext();
		assertThat(deadLetters()).isEmpty();
		this.test.timer.runNext();
		assertThat(this.test.timer.waiting()).isZero();
		DeadLetter letter = deadLetters().get(0);
		assertThat(letter.attempts()).isEqualTo(3);
		assertThat(letter.error()).isEqualTo("java.lang.IllegalStateException: broken");
		assertThat(letter.event()).isEqualTo(Event.of("work", Map.of("n", 7)));
		assertThat(letter.time()).isBetween(before, Instant.now());
		assertThat(deadLetters()).hasSize(1);
	}

	@Test
	void aSingleAttemptMeansNoOther() {
		this.test.layer.work(MAIL, new RetryPolicy(1, Duration.ZERO, Duration.ZERO), this::fail);
		send(1);
		assertThat(deadLetters()).singleElement().extracting(DeadLetter::attempts).isEqualTo(1);
	}

	@Test
	void anUndecodableEventIsDeadAtOnce() {
		this.failure = new UndecodableEventException("event 'work' whose payload cannot be read as X");
		this.test.layer.work(MAIL, THREE_ATTEMPTS, this::fail);
		send(1);
		assertThat(this.test.timer.waiting()).isZero();
		assertThat(deadLetters()).singleElement().satisfies((letter) -> {
			assertThat(letter.attempts()).isEqualTo(1);
			assertThat(letter.error()).isEqualTo(
					UndecodableEventException.class.getName() + ": event 'work' whose payload cannot be read as X");
		});
	}

	@Test
	void anUndecodableEventOfADependentStageIsDeadAtOnceToo() {
		this.test.layer.work(MAIL, THREE_ATTEMPTS,
				(event) -> CompletableFuture.failedStage(new CompletionException(new UndecodableEventException("no"))));
		send(1);
		assertThat(deadLetters()).singleElement()
			.extracting(DeadLetter::error)
			.isEqualTo(UndecodableEventException.class.getName() + ": no");
	}

	@Test
	void anErrorIsAFailureAndHarmsNoWorker() {
		this.test.layer.work(MAIL, THREE_ATTEMPTS, (event) -> {
			this.handled.add(TestLayer.number(event));
			throw new AssertionError("expected by the test");
		});
		send(1, 2);
		assertThat(this.handled).containsExactly(1, 2);
		assertThat(this.test.timer.waiting()).isEqualTo(2);
	}

	@Test
	void aWorkerThatThrowsIsAWorkerThatFails() {
		this.test.layer.work(MAIL, THREE_ATTEMPTS, (event) -> {
			this.handled.add(TestLayer.number(event));
			throw this.failure;
		});
		send(1, 2);
		assertThat(this.handled).containsExactly(1, 2);
		assertThat(this.test.timer.waiting()).isEqualTo(2);
	}

	@Test
	void listsDeadLettersOldestFirst() {
		this.test.layer.work(MAIL, new RetryPolicy(1, Duration.ZERO, Duration.ZERO), this::fail);
		send(1, 2, 3);
		assertThat(TestLayer.join(this.test.layer.deadLetters(MAIL, 2))).extracting(DeadLetter::event)
			.containsExactly(Event.of("work", Map.of("n", 1)), Event.of("work", Map.of("n", 2)));
		assertThat(TestLayer.join(this.test.layer.deadLetters(ChannelName.of("other"), 2))).isEmpty();
	}

	@Test
	void keepsTheLatestDeadLettersAndCountsTheOthers() {
		this.test.layer.work(MAIL, new RetryPolicy(1, Duration.ZERO, Duration.ZERO), this::fail);
		for (int i = 1; i <= MemoryWorkerChannel.MAX_DEAD_LETTERS + 2; i++) {
			send(i);
		}
		List<DeadLetter> letters = TestLayer.join(this.test.layer.deadLetters(MAIL, Integer.MAX_VALUE));
		assertThat(letters).hasSize(MemoryWorkerChannel.MAX_DEAD_LETTERS);
		assertThat(letters.get(0).event()).isEqualTo(Event.of("work", Map.of("n", 3)));
		assertThat(this.test.drops.total(DropReason.DEAD_LETTERS_FULL)).isEqualTo(2);
	}

	@Test
	void warnsOfADeadLetterWithoutItsPayload() {
		try (CapturedLog log = CapturedLog.of(WorkerPool.class)) {
			this.failure = new IllegalStateException("s3cr3t");
			this.test.layer.work(MAIL, new RetryPolicy(1, Duration.ZERO, Duration.ZERO), this::fail);
			send(1);
			assertThat(log.messages()).containsExactly("Gave up on event 'work' of worker channel 'mail' after "
					+ "1 attempt(s): java.lang.IllegalStateException");
		}
	}

	@Test
	void retriesOnARealTimer() {
		ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
		try {
			TestLayer real = new TestLayer(1000, Duration.ZERO, timer);
			List<Long> times = Collections.synchronizedList(new ArrayList<>());
			real.layer.work(MAIL, new RetryPolicy(3, Duration.ofMillis(20), Duration.ofMillis(40)), (event) -> {
				times.add(System.nanoTime());
				return CompletableFuture.failedStage(this.failure);
			});
			real.send(MAIL, 1);
			await().atMost(Duration.ofSeconds(10))
				.until(() -> !TestLayer.join(real.layer.deadLetters(MAIL, 1)).isEmpty());
			assertThat(times).hasSize(3);
			assertThat(times.get(1) - times.get(0)).isGreaterThanOrEqualTo(Duration.ofMillis(20).toNanos());
			assertThat(times.get(2) - times.get(1)).isGreaterThanOrEqualTo(Duration.ofMillis(40).toNanos());
		}
		finally {
			timer.shutdownNow();
		}
	}

	@Test
	void eventsWaitForAWorkerForEverByDefault() {
		send(1);
		this.test.clock.advance(Duration.ofDays(365));
		this.test.layer.work(MAIL, THREE_ATTEMPTS, this::succeed);
		assertThat(this.handled).containsExactly(1);
	}

	@Test
	void eventsThatWaitTooLongForAWorkerExpireIfToldTo() {
		TestLayer expiring = new TestLayer(1000, Duration.ofSeconds(30));
		expiring.send(MAIL, 1);
		expiring.clock.advance(Duration.ofSeconds(1));
		expiring.send(MAIL, 2);
		expiring.clock.advance(Duration.ofSeconds(29).plusNanos(1));
		expiring.layer.work(MAIL, THREE_ATTEMPTS, this::succeed);
		assertThat(this.handled).containsExactly(2);
		assertThat(expiring.drops.total(DropReason.EXPIRED)).isEqualTo(1);
	}

	@Test
	void expiredEventsGiveTheirRoomBack() {
		TestLayer expiring = new TestLayer(1, Duration.ofSeconds(30));
		expiring.send(MAIL, 1);
		expiring.clock.advance(Duration.ofSeconds(31));
		assertThat(expiring.send(MAIL, 2).toCompletableFuture()).isCompleted();
	}

	@Test
	void eventsThatWereTriedDoNotExpire() {
		TestLayer expiring = new TestLayer(1000, Duration.ofSeconds(30));
		WorkerSubscription worker = expiring.layer.work(MAIL, THREE_ATTEMPTS, this::fail);
		expiring.send(MAIL, 1);
		worker.stop();
		expiring.timer.runNext();
		expiring.clock.advance(Duration.ofHours(1));
		expiring.layer.work(MAIL, THREE_ATTEMPTS, this::succeed);
		assertThat(this.handled).containsExactly(1, 1);
		assertThat(expiring.drops.total(DropReason.EXPIRED)).isZero();
	}

	private CompletionStage<Void> fail(SharedEvent event) {
		this.handled.add(TestLayer.number(event));
		return CompletableFuture.failedStage(this.failure);
	}

	private CompletionStage<Void> succeed(SharedEvent event) {
		this.handled.add(TestLayer.number(event));
		return CompletableFuture.completedStage(null);
	}

	private List<DeadLetter> deadLetters() {
		return TestLayer.join(this.test.layer.deadLetters(MAIL, 100));
	}

	private void send(int... numbers) {
		for (int number : numbers) {
			TestLayer.join(this.test.send(MAIL, number));
		}
	}

}
