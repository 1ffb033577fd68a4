package dev.channels.layer.redis;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.ChannelLayerException;
import dev.channels.LayerFullException;
import io.lettuce.core.RedisCommandTimeoutException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link SendWindow}.
 */
class SendWindowTests {

	/** So many have to be answered before those that wait are sent. */
	private static final int REFILL = SendWindow.EVENTS_UNDER_WAY / 4;

	private final Deque<Runnable> refills = new ArrayDeque<>();

	private final SendWindow window = new SendWindow(this.refills::add);

	/** What was sent, in order. */
	private final List<CompletableFuture<Integer>> sent = new ArrayList<>();

	private CompletionStage<Integer> send(int bytes) {
		return this.window.send(bytes, () -> {
			CompletableFuture<Integer> reply = new CompletableFuture<>();
			this.sent.add(reply);
			return reply;
		});
	}

	private void refill() {
		while (!this.refills.isEmpty()) {
			this.refills.remove().run();
		}
	}

	private List<CompletionStage<Integer>> send(int number, int bytes) {
		List<CompletionStage<Integer>> stages = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			stages.add(send(bytes));
		}
		return stages;
	}

	@Test
	void fewAreSentAtOnce() {
		CompletionStage<Integer> stage = send(10);
		this.sent.get(0).complete(7);
		assertThat(stage).isCompletedWithValue(7);
	}

	@Test
	void manyWaitForAnswersInOrder() {
		List<CompletionStage<Integer>> stages = send(SendWindow.EVENTS_UNDER_WAY + 10, 10);
		assertThat(this.sent).hasSize(SendWindow.EVENTS_UNDER_WAY);
		for (int i = 0; i < REFILL - 1; i++) {
			this.sent.get(i).complete(i);
		}
		assertThat(this.refills).isEmpty();
		this.sent.get(REFILL - 1).complete(REFILL - 1);
		assertThat(this.refills).hasSize(1);
		refill();
		assertThat(this.sent).hasSize(SendWindow.EVENTS_UNDER_WAY + 10);
		for (int i = REFILL; i < stages.size(); i++) {
			this.sent.get(i).complete(i);
		}
		for (int i = 0; i < stages.size(); i++) {
			assertThat(stages.get(i)).isCompletedWithValue(i);
		}
	}

	/**
	 * The client writes what an I/O thread sends before what others have handed to it.
	 */
	@Test
	void whoeverEndsAnEventSendsNoOther() {
		send(SendWindow.EVENTS_UNDER_WAY + 1, 10);
		for (int i = 0; i < SendWindow.EVENTS_UNDER_WAY; i++) {
			this.sent.get(i).complete(i);
		}
		assertThat(this.sent).hasSize(SendWindow.EVENTS_UNDER_WAY);
		send(10);
		assertThat(this.sent).as("nor does one pass it").hasSize(SendWindow.EVENTS_UNDER_WAY);
		refill();
		assertThat(this.sent).hasSize(SendWindow.EVENTS_UNDER_WAY + 2);
	}

	@Test
	void bytesCountAsWell() {
		send(5, 1 << 20);
		assertThat(this.sent).hasSize(3);
		this.sent.get(0).complete(0);
		refill();
		assertThat(this.sent).hasSize(4);
	}

	@Test
	void oneThatIsLargerThanEverythingIsSentAlone() {
		send(64 << 20);
		assertThat(this.sent).hasSize(1);
	}

	@Test
	void whatIsTooMuchIsRefusedInTrueWords() {
		List<CompletionStage<Integer>> stages = send(21, 1 << 20);
		assertThat(stages.subList(0, 18)).allSatisfy((stage) -> assertThat(stage).isNotCompleted());
		assertThat(stages.get(20)).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(LayerFullException.class)
			.withMessage("16 MB of events wait to be sent to Redis, this one was not sent: "
					+ "wait for the stages of earlier ones");
	}

	@Test
	void whileRedisIsSilentNothingWaits() {
		List<CompletionStage<Integer>> stages = send(SendWindow.EVENTS_UNDER_WAY + 10, 10);
		this.sent.get(0)
			.completeExceptionally(new ChannelLayerException("failed", new RedisCommandTimeoutException("timed out")));
		assertThat(this.sent).hasSize(SendWindow.EVENTS_UNDER_WAY);
		assertThat(stages.get(SendWindow.EVENTS_UNDER_WAY)).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ChannelLayerException.class)
			.withMessage("Redis does not answer: this event was not sent");
		send(10);
		assertThat(this.sent).as("one has room").hasSize(SendWindow.EVENTS_UNDER_WAY + 1);
		assertThat(send(10)).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(ChannelLayerException.class)
			.withMessage("Redis does not answer, and " + SendWindow.EVENTS_UNDER_WAY
					+ " events are under way to it: this one was not sent");
		this.sent.get(1).complete(1);
		send(2, 10);
		assertThat(this.sent).as("it answers again").hasSize(SendWindow.EVENTS_UNDER_WAY + 2);
		for (int i = 2; i < REFILL + 2; i++) {
			this.sent.get(i).complete(i);
		}
		refill();
		assertThat(this.sent).hasSize(SendWindow.EVENTS_UNDER_WAY + 3);
	}

	@Test
	void manyThatFailAtOnceNeedNoStack() {
		List<CompletionStage<Integer>> stages = send(SendWindow.EVENTS_UNDER_WAY, 10);
		for (int i = 0; i < 50_000; i++) {
			stages.add(this.window.send(10,
					() -> CompletableFuture.failedStage(new ChannelLayerException("Redis is not connected"))));
		}
		for (int i = 0; i < REFILL; i++) {
			this.sent.get(i).completeExceptionally(new ChannelLayerException("cut off"));
		}
		refill();
		assertThat(stages.subList(SendWindow.EVENTS_UNDER_WAY, stages.size()))
			.allSatisfy((stage) -> assertThat(stage.toCompletableFuture()).isCompletedExceptionally());
	}

	@Test
	void aSenderThatThrowsLeavesRoom() {
		for (int i = 0; i < 2 * SendWindow.EVENTS_UNDER_WAY; i++) {
			assertThat(this.window.send(10, () -> {
				throw new IllegalStateException("closed");
			}).toCompletableFuture()).isCompletedExceptionally();
		}
		send(10);
		assertThat(this.sent).hasSize(1);
	}

	/**
	 * Many senders, answers from two other threads: what one sends is sent in order.
	 */
	@Test
	void eachSendersEventsStayInOrder() throws Exception {
		int senders = 4;
		int each = 15_000;
		ConcurrentLinkedQueue<int[]> order = new ConcurrentLinkedQueue<>();
		AtomicInteger done = new AtomicInteger();
		ExecutorService replies = Executors.newFixedThreadPool(2);
		SendWindow window = new SendWindow(replies);
		List<Thread> threads = new ArrayList<>();
		for (int sender = 0; sender < senders; sender++) {
			int name = sender;
			Thread thread = new Thread(() -> {
				for (int i = 0; i < each; i++) {
					int number = i;
					window.send(10, () -> {
						order.add(new int[] { name, number });
						return CompletableFuture.supplyAsync(() -> number, replies);
					}).thenRun(done::incrementAndGet);
				}
			});
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join(TimeUnit.SECONDS.toMillis(20));
		}
		await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> assertThat(done).hasValue(senders * each));
		replies.shutdown();
		int[] next = new int[senders];
		order.forEach((event) -> assertThat(event[1]).isEqualTo(next[event[0]]++));
	}

}
