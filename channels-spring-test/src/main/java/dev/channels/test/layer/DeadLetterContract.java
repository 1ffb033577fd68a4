package dev.channels.test.layer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.ChannelFullException;
import dev.channels.DeadLetter;
import dev.channels.layer.ChannelName;
import dev.channels.layer.WorkerSubscription;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Dead letters that are sent again or forgotten.
 */
interface DeadLetterContract {

	@Test
	default void eachDeadLetterHasAnIdOfItsOwn(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		List<DeadLetter> letters = bury(backend, node, channel, "a", "b", "c");
		assertThat(letters).extracting(DeadLetter::id).doesNotHaveDuplicates();
		assertThat(node.deadLetters(channel)).as("asked for again").isEqualTo(letters);
	}

	@Test
	default void aDeadLetterIsSentAgainAsANewEvent(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		List<DeadLetter> letters = bury(backend, node, channel, "a", "b");
		assertThat(redeliver(backend, node, channel, letters.get(1).id())).isEqualTo(1);
		assertThat(node.deadLetters(channel)).containsExactly(letters.get(0));
		assertThat(redeliver(backend, node, channel, letters.get(1).id())).as("it is none any more").isZero();
		AtomicInteger attempts = new AtomicInteger();
		TestWorker worker = new TestWorker(backend.patience(),
				(job) -> (attempts.incrementAndGet() < 3)
						? CompletableFuture.failedStage(new IllegalStateException("broken"))
						: CompletableFuture.completedStage(null));
		node.work(channel, WorkerRetryContract.quickly(3), worker);
		assertThat(worker.next(3)).as("attempts start anew").containsExactly("b", "b", "b");
		assertThat(node.deadLetters(channel)).containsExactly(letters.get(0));
	}

	@Test
	default void allDeadLettersAreSentAgain(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		bury(backend, node, channel, "a", "b", "c");
		assertThat(redeliver(backend, node, channel, null)).isEqualTo(3);
		assertThat(node.deadLetters(channel)).isEmpty();
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		assertThat(worker.next(3)).containsExactly("a", "b", "c");
		assertThat(redeliver(backend, node, channel, null)).isZero();
	}

	@Test
	default void deadLettersThatFindNoRoomStayDead(Backend backend) {
		Node node = backend.startWithCapacity(2);
		ChannelName channel = backend.workerChannel();
		List<DeadLetter> letters = bury(backend, node, channel, "a", "b", "c");
		node.send(channel, "other");
		assertThat(backend.patience().failure(node.layer().redeliver(channel, null)))
			.isInstanceOf(ChannelFullException.class)
			.hasMessageContaining(channel.value());
		assertThat(node.deadLetters(channel)).isEqualTo(letters.subList(1, 3));
		assertThat(backend.patience().failure(node.layer().redeliver(channel, letters.get(2).id())))
			.isInstanceOf(ChannelFullException.class);
		assertThat(node.deadLetters(channel)).isEqualTo(letters.subList(1, 3));
		TestWorker worker = TestWorker.ready(backend.patience());
		node.work(channel, worker);
		assertThat(worker.next(2)).containsExactlyInAnyOrder("other", "a");
	}

	@Test
	default void aDeadLetterIsForgotten(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		List<DeadLetter> letters = bury(backend, node, channel, "a", "b", "c");
		assertThat(discard(backend, node, channel, letters.get(1).id())).isEqualTo(1);
		assertThat(discard(backend, node, channel, letters.get(1).id())).isZero();
		assertThat(node.deadLetters(channel)).containsExactly(letters.get(0), letters.get(2));
		assertThat(discard(backend, node, channel, null)).isEqualTo(2);
		assertThat(discard(backend, node, channel, null)).isZero();
		assertThat(node.deadLetters(channel)).isEmpty();
	}

	@Test
	default void aDeadLetterThatIsNotThereIsNoFailure(Backend backend) {
		Node node = backend.start();
		ChannelName channel = backend.workerChannel();
		for (String id : List.of("", "1", "1-0", "no such", "-", "+", "99999999999999999999-0")) {
			assertThat(redeliver(backend, node, channel, id)).isZero();
			assertThat(discard(backend, node, channel, id)).isZero();
		}
	}

	/**
	 * Bury events, and leave the channel without a worker.
	 */
	private static List<DeadLetter> bury(Backend backend, Node node, ChannelName channel, String... types) {
		WorkerSubscription worker = node.work(channel, WorkerRetryContract.quickly(1),
				TestWorker.failing(backend.patience(), new IllegalStateException("broken")));
		for (int i = 0; i < types.length; i++) {
			node.send(channel, types[i]);
			node.awaitDeadLetters(channel, i + 1);
		}
		node.stop(worker);
		return node.deadLetters(channel);
	}

	private static long redeliver(Backend backend, Node node, ChannelName channel, @Nullable String id) {
		return backend.patience().result(node.layer().redeliver(channel, id));
	}

	private static long discard(Backend backend, Node node, ChannelName channel, @Nullable String id) {
		return backend.patience().result(node.layer().discard(channel, id));
	}

}
