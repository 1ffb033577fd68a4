package dev.channels.test.layer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.WorkerSubscription;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Worker channels with workers on several nodes.
 */
interface SharedWorkerContract {

	@Test
	default void aWorkerHandlesWhatAnotherNodeSends(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.ready(backend.patience());
		here.send(channel, "before");
		there.work(channel, worker);
		here.send(channel, Events.event("after", Map.of("text", "\u20ac")));
		assertThat(worker.next().type()).isEqualTo("before");
		assertThat(worker.next().event().payload(Event.class)).isEqualTo(Event.of("after", Map.of("text", "\u20ac")));
	}

	@Test
	default void oneOfTheWorkersOfAllNodesHandlesEachEvent(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		WorkerContract.assertShared(backend, backend.workerChannel(), List.of(here, here, there, there), here);
	}

	@Test
	default void aBusyWorkerLeavesEventsToOtherNodes(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker busy = TestWorker.slow(backend.patience());
		here.work(channel, busy);
		here.send(channel, "long");
		assertThat(busy.next().type()).isEqualTo("long");
		TestWorker idle = TestWorker.ready(backend.patience());
		there.work(channel, idle);
		here.send(channel, "a", "b", "c");
		assertThat(idle.next(3)).containsExactlyInAnyOrder("a", "b", "c");
		assertThat(busy.unseen()).isZero();
	}

	@Test
	default void aStoppedWorkerLeavesTheRestToOtherNodes(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		ChannelName channel = backend.workerChannel();
		RetryPolicy retry = new RetryPolicy(3, Duration.ofMillis(10), Duration.ofMillis(20));
		TestWorker stopping = TestWorker.slow(backend.patience());
		WorkerSubscription subscription = here.work(channel, retry, stopping);
		here.send(channel, "given-back", "waiting");
		TestWorker.Job job = stopping.next();
		CompletableFuture<Void> stopped = subscription.stop().toCompletableFuture();
		job.done().completeExceptionally(new IllegalStateException("broken"));
		backend.patience().result(stopped);
		TestWorker next = TestWorker.ready(backend.patience());
		there.work(channel, retry, next);
		assertThat(next.next(2)).containsExactlyInAnyOrder("given-back", "waiting");
	}

	@Test
	default void theCapacityIsThatOfAllNodes(Backend backend) {
		Node here = backend.startWithCapacity(2);
		Node there = backend.startWithCapacity(2);
		ChannelName channel = backend.workerChannel();
		here.send(channel, "a");
		there.send(channel, "b");
		assertThat(here.sendFailure(channel, "refused")).isInstanceOf(ChannelFullException.class);
		assertThat(there.sendFailure(channel, "refused")).isInstanceOf(ChannelFullException.class);
	}

	@Test
	default void allNodesListTheDeadLetters(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		ChannelName channel = backend.workerChannel();
		there.work(channel, new RetryPolicy(1, Duration.ZERO, Duration.ZERO),
				TestWorker.failing(backend.patience(), new IllegalStateException("broken")));
		here.send(channel, "bad");
		DeadLetter letter = here.awaitDeadLetters(channel, 1).get(0);
		assertThat(letter.event()).isEqualTo(Event.of("bad"));
		assertThat(there.deadLetters(channel)).containsExactly(letter);
	}

	@Test
	default void allNodesMaySendDeadLettersAgainOrForgetThem(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		ChannelName channel = backend.workerChannel();
		there.stop(WorkerRetryContract.buryOne(backend, there, channel));
		String id = here.awaitDeadLetters(channel, 1).get(0).id();
		assertThat(backend.patience().result(here.layer().redeliver(channel, id))).isEqualTo(1);
		assertThat(backend.patience().result(there.layer().redeliver(channel, id))).isZero();
		TestWorker worker = TestWorker.ready(backend.patience());
		WorkerSubscription subscription = there.work(channel, worker);
		assertThat(worker.next().type()).isEqualTo("buried");
		there.stop(subscription);
		there.stop(WorkerRetryContract.buryOne(backend, there, channel));
		assertThat(backend.patience().result(here.layer().discard(channel, null))).isEqualTo(1);
		assertThat(there.deadLetters(channel)).isEmpty();
	}

	@Test
	default void flushForgetsEventsAndDeadLettersOfAllNodes(Backend backend) {
		Node here = backend.start();
		Node there = backend.start();
		ChannelName channel = backend.workerChannel();
		there.stop(WorkerRetryContract.buryOne(backend, there, channel));
		here.send(channel, "forgotten");
		backend.patience().result(there.layer().flush());
		assertThat(here.deadLetters(channel)).isEmpty();
		here.send(channel, "marker");
		TestWorker worker = TestWorker.ready(backend.patience());
		here.work(channel, worker);
		assertThat(worker.next().type()).isEqualTo("marker");
	}

	@Test
	default void workersMayComeAndGoOnAllNodesWhileEventsAreSent(Backend backend) {
		LoadContract.assertNothingLost(backend,
				List.of(backend.startWithCapacity(10_000), backend.startWithCapacity(10_000)));
	}

}
