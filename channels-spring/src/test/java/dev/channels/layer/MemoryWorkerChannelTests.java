package dev.channels.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.RetryPolicy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link MemoryWorkerChannel}: how events and workers meet.
 */
class MemoryWorkerChannelTests {

	private static final ChannelName MAIL = ChannelName.of("mail");

	private final TestLayer test = new TestLayer(3);

	private final List<Integer> handled = new ArrayList<>();

	@Test
	void eventsWaitForAWorker() {
		send(1, 2, 3);
		work(this::handleAtOnce);
		assertThat(this.handled).containsExactly(1, 2, 3);
	}

	@Test
	void workersWaitForEvents() {
		work(this::handleAtOnce);
		send(1, 2, 3);
		send(4, 5, 6);
		assertThat(this.handled).containsExactly(1, 2, 3, 4, 5, 6);
	}

	@Test
	void aWorkerGetsOneEventAtATime() {
		List<CompletableFuture<Void>> stages = new ArrayList<>();
		work((event) -> {
			this.handled.add(TestLayer.number(event));
			stages.add(new CompletableFuture<>());
			return stages.get(stages.size() - 1);
		});
		send(1, 2, 3);
		assertThat(this.handled).containsExactly(1);
		stages.get(0).complete(null);
		assertThat(this.handled).containsExactly(1, 2);
		stages.get(1).complete(null);
		assertThat(this.handled).containsExactly(1, 2, 3);
	}

	@Test
	void workersCompeteForEvents() {
		CompletableFuture<Void> blocked = new CompletableFuture<>();
		List<Integer> slow = new ArrayList<>();
		work((event) -> {
			slow.add(TestLayer.number(event));
			return blocked;
		});
		work(this::handleAtOnce);
		send(1, 2, 3);
		assertThat(slow).containsExactly(1);
		assertThat(this.handled).containsExactly(2, 3);
	}

	@Test
	void workersTakeTurns() {
		List<Integer> other = new ArrayList<>();
		work(this::handleAtOnce);
		work((event) -> {
			other.add(TestLayer.number(event));
			return CompletableFuture.completedStage(null);
		});
		send(1, 2);
		send(3, 4);
		assertThat(this.handled).containsExactly(1, 3);
		assertThat(other).containsExactly(2, 4);
	}

	@Test
	void channelsAreApart() {
		work(this::handleAtOnce);
		this.test.send(ChannelName.of("other"), 1);
		assertThat(this.handled).isEmpty();
	}

	@Test
	void aFullChannelTakesNothing() {
		send(1, 2, 3);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> send(4))
			.havingCause()
			.isInstanceOf(ChannelFullException.class)
			.withMessage("Channel 'mail' is full: it holds its capacity of 3 events");
		work(this::handleAtOnce);
		assertThat(this.handled).containsExactly(1, 2, 3);
	}

	@Test
	void anEventThatIsBeingHandledCountsAgainstTheCapacity() {
		CompletableFuture<Void> blocked = new CompletableFuture<>();
		work((event) -> blocked);
		send(1, 2, 3);
		assertFull();
		blocked.complete(null);
		send(4, 5, 6);
	}

	@Test
	void anEventBetweenTwoAttemptsCountsAgainstTheCapacity() {
		AtomicInteger attempts = new AtomicInteger();
		work((event) -> (attempts.getAndIncrement() < 3) ? CompletableFuture.failedStage(new IllegalStateException())
				: handleAtOnce(event));
		send(1, 2, 3);
		assertThat(this.test.timer.waiting()).isEqualTo(3);
		assertFull();
		this.test.timer.runNext();
		assertThat(this.handled).containsExactly(1);
		send(4);
	}

	@Test
	void aDeadLetterDoesNotCountAgainstTheCapacity() {
		work((event) -> CompletableFuture.failedStage(new UndecodableEventException("no")));
		send(1, 2, 3);
		send(4, 5, 6);
		assertThat(deadLetters()).hasSize(6);
	}

	@Test
	void survives100000EventsOfAWorkerThatIsDoneAtOnce() {
		TestLayer large = new TestLayer(100_000);
		for (int i = 0; i < 100_000; i++) {
			large.send(MAIL, i);
		}
		AtomicInteger count = new AtomicInteger();
		large.layer.work(MAIL, RetryPolicy.defaults(), (event) -> {
			assertThat(TestLayer.number(event)).isEqualTo(count.getAndIncrement());
			return CompletableFuture.completedStage(null);
		});
		assertThat(count).hasValue(100_000);
	}

	@Test
	void survivesAWorkerThatSendsToItsOwnChannel() {
		AtomicInteger count = new AtomicInteger();
		work((event) -> {
			if (count.incrementAndGet() < 50_000) {
				send(TestLayer.number(event) + 1);
			}
			return CompletableFuture.completedStage(null);
		});
		send(1);
		assertThat(count).hasValue(50_000);
	}

	@Test
	void stopIsDoneAtOnceWithoutAnEventInHand() {
		WorkerSubscription worker = work(this::handleAtOnce);
		assertThat(worker.stop().toCompletableFuture()).isCompleted();
		assertThat(worker.stop().toCompletableFuture()).isCompleted();
		send(1);
		assertThat(this.handled).isEmpty();
	}

	@Test
	void stopWaitsForTheEventInHand() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		WorkerSubscription worker = work((event) -> {
			this.handled.add(TestLayer.number(event));
			return stage;
		});
		send(1, 2);
		CompletableFuture<Void> stopped = worker.stop().toCompletableFuture();
		assertThat(stopped).isNotDone();
		stage.complete(null);
		assertThat(stopped).isCompleted();
		assertThat(this.handled).containsExactly(1);
	}

	@Test
	void stopWaitsForTheEventInHandThatFails() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		WorkerSubscription worker = work((event) -> stage);
		send(1);
		CompletableFuture<Void> stopped = worker.stop().toCompletableFuture();
		stage.completeExceptionally(new IllegalStateException("broken"));
		assertThat(stopped).isCompleted();
		assertThat(this.test.timer.waiting()).isEqualTo(1);
	}

	@Test
	void whatAStoppedWorkerLeavesIsForTheNext() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		WorkerSubscription worker = work((event) -> stage);
		send(1, 2);
		worker.stop();
		stage.completeExceptionally(new IllegalStateException("broken"));
		work(this::handleAtOnce);
		this.test.timer.runNext();
		assertThat(this.handled).containsExactly(2, 1);
	}

	private void assertFull() {
		assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> send(99))
			.withCauseInstanceOf(ChannelFullException.class);
	}

	private List<DeadLetter> deadLetters() {
		return TestLayer.join(this.test.layer.deadLetters(MAIL, 100));
	}

	private CompletionStage<Void> handleAtOnce(SharedEvent event) {
		this.handled.add(TestLayer.number(event));
		return CompletableFuture.completedStage(null);
	}

	private WorkerSubscription work(Function<SharedEvent, CompletionStage<?>> worker) {
		return this.test.layer.work(MAIL, RetryPolicy.defaults(), worker);
	}

	private void send(int... numbers) {
		for (int number : numbers) {
			TestLayer.join(this.test.send(MAIL, number));
		}
	}

}
