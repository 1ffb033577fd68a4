package dev.channels.test.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.ChannelFullException;
import dev.channels.layer.ChannelName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Worker channels and the workers that share their events.
 */
interface WorkerContract {

	@Test
	default void aWorkerHandlesWhatIsSent(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		node.send(channel, "a", "b", "c");
		assertThat(worker.next(3)).containsExactlyInAnyOrder("a", "b", "c");
		node.assertNoDrops();
	}

	@Test
	default void whatIsSentWaitsForAWorker(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		node.send(channel, "a", "b", "c");
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		assertThat(worker.next(3)).containsExactlyInAnyOrder("a", "b", "c");
		node.assertNoDrops();
	}

	@Test
	default void oneOfSeveralWorkersHandlesEachEvent(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		assertShared(backend, channel, List.of(node, node, node), node);
	}

	/**
	 * Start a worker on each node, and see them share what one node sends.
	 */
	static void assertShared(Backend backend, ChannelName channel, List<Node> nodes, Node sender) {
		TestWorker shared = TestWorker.ready(backend.patience());
		nodes.forEach((node) -> node.work(channel, shared));
		List<String> sent = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			sent.add("job-" + i);
			sender.send(channel, "job-" + i);
		}
		assertThat(shared.next(100)).containsExactlyInAnyOrderElementsOf(sent);
		sender.send(channel, "marker");
		assertThat(shared.next().type()).isEqualTo("marker");
		assertThat(sender.deadLetters(channel)).isEmpty();
	}

	@Test
	default void aBusyWorkerLeavesEventsToTheOthers(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		TestWorker busy = TestWorker.slow(backend.patience());
		node.work(channel, busy);
		node.send(channel, "long");
		assertThat(busy.next().type()).isEqualTo("long");
		TestWorker idle = TestWorker.ready(backend.patience());
		node.work(channel, idle);
		node.send(channel, "a", "b", "c", "d", "e");
		assertThat(idle.next(5)).containsExactlyInAnyOrder("a", "b", "c", "d", "e");
		assertThat(busy.unseen()).isZero();
	}

	@Test
	default void aWorkerHandlesOneEventAtATime(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		AtomicInteger inHand = new AtomicInteger();
		AtomicInteger mostInHand = new AtomicInteger();
		TestWorker worker = new TestWorker(backend.patience(), (job) -> {
			int now = inHand.incrementAndGet();
			mostInHand.accumulateAndGet(now, Math::max);
			return CompletableFuture.runAsync(inHand::decrementAndGet);
		});
		node.work(channel, worker);
		for (int i = 0; i < 100; i++) {
			node.send(channel, "job-" + i);
		}
		worker.next(100);
		assertThat(mostInHand).hasValue(1);
	}

	@Test
	default void workerChannelsAreApart(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		ChannelName other = backend.workerChannel();
		TestWorker worker = TestWorker.ready(backend.patience());
		TestWorker otherWorker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		node.work(other, otherWorker);
		node.send(other, "for-other");
		assertThat(otherWorker.next().type()).isEqualTo("for-other");
		node.send(channel, "marker");
		assertThat(worker.next().type()).isEqualTo("marker");
		node.send(other, "marker");
		assertThat(otherWorker.next().type()).isEqualTo("marker");
	}

	@Test
	default void aFullWorkerChannelRefusesEvents(Backend backend) {
		Node node = backend.startWithCapacity(3);
		ChannelName channel = backend.workerChannel();
		node.send(channel, "a", "b", "c");
		assertThat(node.sendFailure(channel, "refused")).isInstanceOf(ChannelFullException.class)
			.hasMessageContaining(channel.value());
		node.send(backend.workerChannel(), "has-room");
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		assertThat(worker.next(3)).containsExactlyInAnyOrder("a", "b", "c");
		awaitRoom(backend, node, channel, "d");
		assertThat(worker.next().type()).isEqualTo("d");
	}

	@Test
	default void anEventInHandCountsAgainstTheCapacity(Backend backend) {
		Node node = backend.startWithCapacity(2);
		ChannelName channel = backend.workerChannel();
		TestWorker worker = TestWorker.slow(backend.patience());
		node.work(channel, worker);
		node.send(channel, "in-hand");
		TestWorker.Job job = worker.next();
		node.send(channel, "waiting");
		assertThat(node.sendFailure(channel, "refused")).isInstanceOf(ChannelFullException.class);
		job.done().complete(null);
		assertThat(worker.next().type()).isEqualTo("waiting");
		awaitRoom(backend, node, channel, "next");
	}

	/**
	 * Send as soon as what was handled is acknowledged as well.
	 */
	private static void awaitRoom(Backend backend, Node node, ChannelName channel, String type) {
		backend.patience()
			.until("room in the channel",
					() -> node.layer()
						.send(channel, Events.event(type))
						.handle((result, failure) -> failure == null)
						.toCompletableFuture()
						.get());
	}

}
