package dev.channels.test.layer;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.UndecodableEventException;
import dev.channels.layer.WorkerSubscription;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that a worker cannot handle: further attempts and dead letters.
 */
interface WorkerRetryContract {

	@Test
	default void anEventThatFailsIsTriedAgain(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		AtomicInteger attempts = new AtomicInteger();
		TestWorker worker = new TestWorker(backend.patience(),
				(job) -> (attempts.incrementAndGet() < 3)
						? CompletableFuture.failedStage(new IllegalStateException("broken"))
						: CompletableFuture.completedStage(null));
		node.work(channel, quickly(3), worker);
		node.send(channel, "a");
		assertThat(worker.next(3)).containsExactly("a", "a", "a");
		node.send(channel, "marker");
		assertThat(worker.next().type()).isEqualTo("marker");
		assertThat(node.deadLetters(channel)).isEmpty();
	}

	@Test
	default void anEventOfAWorkerThatThrowsIsTriedAgain(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		AtomicInteger attempts = new AtomicInteger();
		TestWorker worker = new TestWorker(backend.patience(), (job) -> {
			if (attempts.incrementAndGet() == 1) {
				throw new IllegalStateException("broken");
			}
			return CompletableFuture.completedStage(null);
		});
		node.work(channel, quickly(2), worker);
		node.send(channel, "a");
		assertThat(worker.next(2)).containsExactly("a", "a");
	}

	@Test
	default void eachFurtherAttemptWaitsLonger(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.failing(backend.patience(), new IllegalStateException("broken"));
		node.work(channel, new RetryPolicy(4, Duration.ofMillis(100), Duration.ofMillis(150)), worker);
		node.send(channel, "a");
		long first = worker.next().time();
		long second = worker.next().time();
		long third = worker.next().time();
		long fourth = worker.next().time();
		// a backend may count in milliseconds
		assertThat(Duration.ofNanos(second - first)).isGreaterThan(Duration.ofMillis(98));
		assertThat(Duration.ofNanos(third - second)).isGreaterThan(Duration.ofMillis(148));
		assertThat(Duration.ofNanos(fourth - third)).isGreaterThan(Duration.ofMillis(148));
	}

	@Test
	default void anEventBetweenTwoAttemptsHoldsNobodyUp(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = new TestWorker(backend.patience(),
				(job) -> job.type().equals("bad") ? CompletableFuture.failedStage(new IllegalStateException("broken"))
						: CompletableFuture.completedStage(null));
		node.work(channel, new RetryPolicy(2, Duration.ofHours(1), Duration.ofHours(1)), worker);
		node.send(channel, "bad", "a", "b");
		assertThat(worker.next(3)).containsExactlyInAnyOrder("bad", "a", "b");
		assertThat(node.deadLetters(channel)).isEmpty();
	}

	@Test
	default void anEventIsADeadLetterAfterTheLastAttempt(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.failing(backend.patience(), new IllegalStateException("no printer"));
		node.work(channel, quickly(3), worker);
		Instant before = Instant.now();
		node.send(channel, Events.event("print", Map.of("text", "\u20ac", "pages", List.of(1, 2))));
		DeadLetter letter = node.awaitDeadLetters(channel, 1).get(0);
		assertThat(worker.next(3)).containsExactly("print", "print", "print");
		assertThat(letter.event()).isEqualTo(Event.of("print", Map.of("text", "\u20ac", "pages", List.of(1, 2))));
		assertThat(letter.attempts()).isEqualTo(3);
		assertThat(letter.error()).contains(IllegalStateException.class.getName(), "no printer");
		assertThat(letter.time()).isBetween(before.minusSeconds(2), Instant.now().plusSeconds(2));
		node.send(channel, "marker");
		assertThat(worker.next().type()).isEqualTo("marker");
	}

	@Test
	default void aDeadLetterNamesWhatIsBehindACompletionException(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = new TestWorker(backend.patience(), (job) -> CompletableFuture.runAsync(() -> {
			throw new IllegalStateException("no printer");
		}));
		node.work(channel, quickly(1), worker);
		node.send(channel, "print");
		DeadLetter letter = node.awaitDeadLetters(channel, 1).get(0);
		assertThat(letter.attempts()).isEqualTo(1);
		assertThat(letter.error()).startsWith(IllegalStateException.class.getName()).contains("no printer");
	}

	@Test
	default void whatCannotBeDecodedIsNotTriedAgain(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		AtomicInteger events = new AtomicInteger();
		TestWorker worker = new TestWorker(backend.patience(),
				(job) -> (events.getAndIncrement() == 0)
						? CompletableFuture.failedStage(new UndecodableEventException("not a job"))
						: CompletableFuture.runAsync(() -> job.event().payload(Integer.class)));
		node.work(channel, quickly(5), worker);
		node.send(channel, "at-once", "later");
		assertThat(node.awaitDeadLetters(channel, 2)).allSatisfy((letter) -> {
			assertThat(letter.attempts()).isEqualTo(1);
			assertThat(letter.error()).contains(UndecodableEventException.class.getName());
		});
		assertThat(worker.next(2)).containsExactlyInAnyOrder("at-once", "later");
		node.send(channel, "marker");
		assertThat(worker.next().type()).isEqualTo("marker");
	}

	@Test
	default void listsTheOldestDeadLettersFirst(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		node.work(channel, quickly(1), TestWorker.failing(backend.patience(), new IllegalStateException("broken")));
		for (int i = 1; i <= 5; i++) {
			node.send(channel, "job-" + i);
			node.awaitDeadLetters(channel, i);
		}
		assertThat(backend.patience().result(node.layer().deadLetters(channel, 3)))
			.extracting((letter) -> letter.event().type())
			.containsExactly("job-1", "job-2", "job-3");
		assertThat(node.deadLetters(channel)).extracting((letter) -> letter.event().type())
			.containsExactly("job-1", "job-2", "job-3", "job-4", "job-5");
	}

	@Test
	default void aChannelThatNobodyUsedHasNoDeadLetters(Backend backend) {
		assertThat(backend.start().deadLetters(backend.workerChannel())).isEmpty();
	}

	@Test
	default void aDeadLetterMakesRoom(Backend backend) {
		Node node = backend.startWithCapacity(1);
		ChannelName channel = backend.workerChannel();
		node.work(channel, quickly(1), TestWorker.failing(backend.patience(), new IllegalStateException("broken")));
		for (int i = 1; i <= 3; i++) {
			node.send(channel, "job-" + i);
			node.awaitDeadLetters(channel, i);
		}
	}

	@Test
	default void flushForgetsEventsAndDeadLetters(Backend backend) {
		Node node = backend.startWithCapacity(3);
		ChannelName channel = backend.workerChannel();
		node.stop(buryOne(backend, node, channel));
		node.send(channel, "a", "b", "c");
		backend.patience().result(node.layer().flush());
		assertThat(node.deadLetters(channel)).isEmpty();
		node.send(channel, "d", "e", "f");
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		assertThat(worker.next(3)).containsExactlyInAnyOrder("d", "e", "f");
	}

	@Test
	default void aWorkerGoesOnAfterAFlush(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		node.send(channel, "before");
		assertThat(worker.next().type()).isEqualTo("before");
		backend.patience().result(node.layer().flush());
		node.send(channel, "after");
		assertThat(worker.next().type()).isEqualTo("after");
	}

	static WorkerSubscription buryOne(Backend backend, Node node, ChannelName channel) {
		WorkerSubscription worker = node.work(channel, quickly(1),
				TestWorker.failing(backend.patience(), new IllegalStateException("broken")));
		node.send(channel, "buried");
		node.awaitDeadLetters(channel, 1);
		return worker;
	}

	static RetryPolicy quickly(int attempts) {
		return new RetryPolicy(attempts, Duration.ofMillis(10), Duration.ofMillis(20));
	}

}
