package dev.channels.test.layer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropReason;
import dev.channels.layer.LayerSettings;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Events that wait too long for a worker.
 */
interface WorkerExpiryContract {

	/**
	 * Long enough for an event to be taken in time by a worker that waits for it.
	 */
	Duration EXPIRY = Duration.ofMillis(300);

	/**
	 * Nothing is sent that could make the layer look at them.
	 */
	@Test
	default void dropsWhatWaitsTooLongForAWorker(Backend backend) {
		Node node = backend.startWithWorkerExpiry(EXPIRY);
		ChannelName channel = backend.workerChannel();
		node.send(channel, "late-1", "late-2", "late-3");
		outlast(backend, System.nanoTime());
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		node.awaitDrops(DropReason.EXPIRED, 3);
		node.send(channel, "in-time");
		assertThat(worker.next().type()).isEqualTo("in-time");
		assertThat(worker.unseen()).isZero();
		assertThat(node.deadLetters(channel)).isEmpty();
	}

	@Test
	default void dropsWhatNobodyEverReads(Backend backend) {
		Node node = backend.startWithWorkerExpiry(EXPIRY);
		ChannelName channel = backend.workerChannel();
		node.send(channel, "unread-1", "unread-2");
		ChannelName other = backend.workerChannel();
		node.send(other, "unread-3");
		node.awaitDrops(DropReason.EXPIRED, 3);
	}

	@Test
	default void dropsWhatWaitsTooLongForAWorkerThatIsBusy(Backend backend) {
		Node node = backend.startWithWorkerExpiry(EXPIRY);
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.slow(backend.patience());
		node.work(channel, worker);
		node.send(channel, "in-hand");
		TestWorker.Job job = worker.next();
		node.send(channel, "late");
		outlast(backend, System.nanoTime());
		job.done().complete(null);
		node.awaitDrops(DropReason.EXPIRED, 1);
		node.send(channel, "in-time");
		assertThat(worker.next().type()).isEqualTo("in-time");
	}

	@Test
	default void whatExpiredMakesRoom(Backend backend) {
		Node node = backend
			.start(new LayerSettings(2, List.of(), Duration.ofSeconds(60), EXPIRY, Duration.ofHours(24)));
		ChannelName channel = backend.workerChannel();
		node.send(channel, "late-1", "late-2");
		outlast(backend, System.nanoTime());
		node.send(channel, "a", "b");
		node.awaitDrops(DropReason.EXPIRED, 2);
	}

	@Test
	default void anEventInHandDoesNotExpire(Backend backend) {
		Node node = backend.startWithWorkerExpiry(EXPIRY);
		ChannelName channel = backend.workerChannel();
		AtomicInteger attempts = new AtomicInteger();
		TestWorker worker = new TestWorker(backend.patience(),
				(job) -> (attempts.getAndIncrement() == 0) ? job.done() : CompletableFuture.completedStage(null));
		node.work(channel, new RetryPolicy(2, Duration.ofMillis(10), Duration.ofMillis(10)), worker);
		node.send(channel, "in-hand");
		TestWorker.Job job = worker.next();
		outlast(backend, job.time());
		node.send(channel, "other");
		job.done().completeExceptionally(new IllegalStateException("broken"));
		assertThat(worker.next(2)).containsExactlyInAnyOrder("in-hand", "other");
		node.assertNoDrops();
	}

	@Test
	default void anEventBetweenTwoAttemptsDoesNotExpire(Backend backend) {
		Node node = backend.startWithWorkerExpiry(EXPIRY);
		ChannelName channel = backend.workerChannel();
		Duration backoff = EXPIRY.multipliedBy(2);
		TestWorker worker = TestWorker.failing(backend.patience(), new IllegalStateException("broken"));
		node.work(channel, new RetryPolicy(2, backoff, backoff), worker);
		node.send(channel, "tried");
		outlast(backend, worker.next().time());
		node.send(channel, "other");
		assertThat(worker.next(3)).containsExactlyInAnyOrder("tried", "other", "other");
		node.assertNoDrops();
	}

	/**
	 * Let the expiry pass: there is nothing else to wait for.
	 */
	private static void outlast(Backend backend, long since) {
		long end = since + EXPIRY.toNanos() + Duration.ofMillis(20).toNanos();
		backend.patience().until("the expiry to pass", () -> System.nanoTime() - end > 0);
	}

}
