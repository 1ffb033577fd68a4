package dev.channels.test.layer;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.WorkerSubscription;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Workers that stop, and what they leave to the next one.
 */
interface WorkerStopContract {

	@Test
	default void anIdleWorkerStops(Backend backend) {
		Node node = backend.start();
		WorkerSubscription worker = node.work(backend.workerChannel(), TestWorker.ready(backend.patience()));
		node.stop(worker);
		node.stop(worker);
	}

	@Test
	default void stopWaitsForTheEventInHand(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.slow(backend.patience());
		WorkerSubscription subscription = node.work(channel, worker);
		node.send(channel, "in-hand");
		TestWorker.Job job = worker.next();
		node.send(channel, "waiting");
		CompletableFuture<Void> stopped = subscription.stop().toCompletableFuture();
		node.send(channel, "after");
		assertThat(stopped).isNotDone();
		job.done().complete(null);
		backend.patience().result(stopped);
		TestWorker next = TestWorker.ready(backend.patience());
		node.work(channel, next);
		assertThat(next.next(2)).containsExactlyInAnyOrder("waiting", "after");
		node.send(channel, "marker");
		assertThat(next.next().type()).isEqualTo("marker");
		assertThat(worker.unseen()).isZero();
	}

	@Test
	default void whatIsSentWithoutAWorkerIsForTheNext(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker first = TestWorker.ready(backend.patience());
		WorkerSubscription subscription = node.work(channel, first);
		node.send(channel, "a");
		assertThat(first.next().type()).isEqualTo("a");
		node.stop(subscription);
		node.send(channel, "b", "c");
		TestWorker second = TestWorker.ready(backend.patience());
		node.work(channel, second);
		assertThat(second.next(2)).containsExactlyInAnyOrder("b", "c");
		assertThat(first.unseen()).isZero();
	}

	@Test
	default void whatAStoppedWorkerGivesBackIsForTheNext(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		RetryPolicy retry = new RetryPolicy(3, Duration.ofMillis(10), Duration.ofMillis(20));
		TestWorker first = TestWorker.slow(backend.patience());
		WorkerSubscription subscription = node.work(channel, retry, first);
		node.send(channel, "given-back");
		TestWorker.Job job = first.next();
		CompletableFuture<Void> stopped = subscription.stop().toCompletableFuture();
		job.done().completeExceptionally(new IllegalStateException("broken"));
		backend.patience().result(stopped);
		TestWorker second = TestWorker.ready(backend.patience());
		node.work(channel, retry, second);
		assertThat(second.next().type()).isEqualTo("given-back");
		assertThat(first.unseen()).isZero();
	}

	@Test
	default void aStoppedWorkerLeavesTheOthersAtWork(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker leaving = TestWorker.ready(backend.patience());
		TestWorker staying = TestWorker.ready(backend.patience());
		WorkerSubscription subscription = node.work(channel, leaving);
		node.work(channel, staying);
		node.stop(subscription);
		node.send(channel, "a", "b", "c");
		assertThat(staying.next(3)).containsExactlyInAnyOrder("a", "b", "c");
		assertThat(leaving.unseen()).isZero();
	}

}
