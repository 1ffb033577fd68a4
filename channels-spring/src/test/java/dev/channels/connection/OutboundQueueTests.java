package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

import dev.channels.CloseStatus;
import dev.channels.SlowConsumerPolicy;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.ManualTimer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link OutboundQueue}: what is written when.
 */
class OutboundQueueTests {

	private static final CloseStatus GOING_AWAY = new CloseStatus(1001, "bye");

	private final ManualExecutor executor = new ManualExecutor();

	private final ManualTimer timer = new ManualTimer();

	private final Corks corks = new Corks(this.timer);

	private final DropCounter drops = new DropCounter();

	private final RecordingOutboundListener listener = new RecordingOutboundListener();

	private final FakeTransport transport = new FakeTransport();

	private final OutboundQueue queue = new OutboundQueue(
			new SettingsBuilder().outbound(512 * 1024, SlowConsumerPolicy.CLOSE).build(), this.executor, this.corks,
			this.drops, this.listener);

	@Test
	void writesInOrder() {
		this.queue.start(this.transport);
		add("a", "b", "c");
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a", "b", "c");
	}

	@Test
	void writesNothingOnTheThreadThatAdds() {
		this.queue.start(this.transport);
		add("a");
		this.queue.ping();
		this.queue.close(GOING_AWAY);
		assertThat(this.transport.written()).isEmpty();
		assertThat(this.executor.waiting()).isEqualTo(1);
	}

	@Test
	void whoSendsWritesIfThatDoesNotBlock() {
		this.queue.start(this.transport.notBlocking());
		add("a", "b");
		this.queue.ping();
		assertThat(this.transport.written()).containsExactly("a", "b", "PING");
		assertThat(this.executor.waiting()).isZero();
		assertThat(this.listener.calls()).containsExactly("pinged");
	}

	@Test
	void whoSendsDuringAWriteIsNotHeldUp() {
		this.queue.start(this.transport.notBlocking().stuck());
		add("a", "b", "c");
		assertThat(this.transport.written()).containsExactly("a");
		this.transport.completeWrite(null);
		assertThat(this.transport.batches()).containsExactly(1, 2);
	}

	@Test
	void whoSendsWhileItIsToldGoesOnFlat() {
		List<Integer> depths = new ArrayList<>();
		this.transport.notBlocking().whenWritten((frame) -> {
			depths.add(new Throwable().getStackTrace().length);
			if (depths.size() < 10) {
				add("next");
			}
		});
		this.queue.start(this.transport);
		add("first");
		assertThat(depths).hasSize(10);
		assertThat(depths.stream().distinct()).hasSize(1);
	}

	@Test
	void theEndIsNotToldToWhoSends() {
		this.queue.start(this.transport.notBlocking());
		this.queue.close(GOING_AWAY);
		assertThat(this.transport.written()).containsExactly("CLOSE");
		assertThat(this.listener.calls()).isEmpty();
		this.executor.runAll();
		assertThat(this.listener.calls()).containsExactly("closed 1001");
	}

	@Test
	void aFailureIsNotToldToWhoSends() {
		this.queue.start(this.transport.notBlocking().failing(new IllegalStateException("broken pipe")));
		add("a", "b");
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(2);
		assertThat(this.listener.calls()).isEmpty();
		this.executor.runAll();
		assertThat(this.listener.calls()).containsExactly("failed: broken pipe");
	}

	@Test
	void whatATurnSendsIsOneWriteAtItsEnd() {
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		addNumbered(32);
		assertThat(this.transport.written()).isEmpty();
		this.queue.ends();
		assertThat(this.transport.batches()).containsExactly(32);
		add("after");
		assertThat(this.transport.batches()).containsExactly(32, 1);
	}

	@Test
	void aTurnHoldsBackNoMoreThanABatch() {
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		addNumbered(70);
		add("x".repeat(64 * 1024));
		assertThat(this.transport.batches()).containsExactly(64, 7);
		this.queue.ends();
		assertThat(this.transport.batches()).containsExactly(64, 7);
	}

	@Test
	void aTurnThatGoesOnAfterASendIsUncorked() {
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		add("a", "b");
		assertThat(this.timer.waiting()).isEqualTo(1);
		this.timer.runNext();
		assertThat(this.transport.written()).as("not on the timer").isEmpty();
		this.executor.runAll();
		assertThat(this.transport.batches()).containsExactly(2);
		add("c");
		assertThat(this.timer.waiting()).isEqualTo(1);
		this.timer.runNext();
		this.executor.runAll();
		assertThat(this.transport.batches()).containsExactly(2, 1);
		this.queue.ends();
		assertThat(this.transport.written()).containsExactly("a", "b", "c");
	}

	@Test
	void aTurnThatEndsWithItsAnswerNeedsNoTimer() {
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		this.queue.reply(OutboundFrame.text("a"));
		this.queue.ends();
		assertThat(this.transport.written()).containsExactly("a");
		assertThat(this.timer.delays()).isEmpty();
	}

	@Test
	void anAnswerIsUncorkedWhenAnotherEntryFollows() {
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		this.queue.reply(OutboundFrame.text("a"));
		this.queue.goesOn();
		this.timer.runNext();
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a");
	}

	@Test
	void whatOthersSendTakesAlongWhatATurnHoldsBack() throws Exception {
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		add("mine");
		Thread other = new Thread(() -> add("other"));
		other.start();
		other.join(10_000);
		assertThat(this.transport.batches()).containsExactly(2);
		add("more");
		this.queue.ping();
		assertThat(this.transport.written()).containsExactly("mine", "other", "PING", "more");
		add("last");
		this.queue.close(GOING_AWAY);
		assertThat(this.transport.written()).endsWith("last", "CLOSE");
	}

	@Test
	void aTurnThatEndsAfterTheNextHasBegunHoldsNothingUp() throws Exception {
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		Thread next = new Thread(() -> {
			this.queue.begins();
			add("next");
		});
		next.start();
		next.join(10_000);
		this.queue.ends();
		assertThat(this.transport.written()).containsExactly("next");
		add("direct");
		assertThat(this.transport.written()).containsExactly("next", "direct");
	}

	@Test
	void oneTaskUncorksAll() {
		OutboundQueue other = new OutboundQueue(new SettingsBuilder().build(), this.executor, this.corks, this.drops,
				this.listener);
		this.queue.start(this.transport.notBlocking());
		other.start(this.transport);
		this.queue.begins();
		other.begins();
		add("a");
		other.add(OutboundFrame.text("b"));
		assertThat(this.timer.waiting()).isEqualTo(1);
		this.timer.runNext();
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a", "b");
		assertThat(this.timer.waiting()).isZero();
	}

	@Test
	void aTimerThatWasShutDownHoldsNothingUp() {
		this.timer.refuse();
		this.queue.start(this.transport.notBlocking());
		this.queue.begins();
		add("a");
		this.queue.ends();
		assertThat(this.transport.written()).containsExactly("a");
	}

	@Test
	void whatIsAddedBeforeTheStartWaits() {
		add("a", "b");
		this.queue.ping();
		assertThat(this.executor.waiting()).isZero();
		this.queue.start(this.transport);
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("PING", "a", "b");
	}

	@Test
	void writesWhatWaitsAsOneBatch() {
		this.queue.start(this.transport);
		add("a", "b", "c");
		this.executor.runAll();
		add("d");
		this.executor.runAll();
		assertThat(this.transport.batches()).containsExactly(3, 1);
	}

	@Test
	void aBatchHasAtMost64Frames() {
		addNumbered(150);
		this.queue.start(this.transport);
		this.executor.runAll();
		assertThat(this.transport.batches()).containsExactly(64, 64, 22);
	}

	@Test
	void aBatchEndsOnceItHas64KilobytesOrMore() {
		String large = "x".repeat(40 * 1024);
		add(large, large, large);
		this.queue.start(this.transport);
		this.executor.runAll();
		assertThat(this.transport.batches()).containsExactly(2, 1);
	}

	@Test
	void yieldsAfter16Batches() {
		addNumbered(17 * 64 + 1);
		this.queue.start(this.transport);
		this.executor.runNext();
		assertThat(this.transport.batches()).hasSize(16);
		assertThat(this.executor.waiting()).isEqualTo(1);
		this.executor.runNext();
		assertThat(this.transport.batches()).hasSize(18);
		assertThat(this.executor.waiting()).isZero();
	}

	@Test
	void asksForOneThreadAtATime() {
		this.queue.start(this.transport.stuck());
		add("a");
		this.executor.runNext();
		add("b", "c");
		assertThat(this.executor.waiting()).isZero();
		this.transport.completeWrite(null);
		this.transport.completeWrite(null);
		add("d");
		assertThat(this.executor.waiting()).isEqualTo(1);
		assertThat(this.transport.batches()).containsExactly(1, 2);
		assertThat(this.transport.overlapped()).isFalse();
	}

	@Test
	void tellsOfAPingOnceItIsWritten() {
		this.queue.start(this.transport.stuck());
		this.queue.ping();
		this.executor.runNext();
		assertThat(this.listener.calls()).isEmpty();
		this.transport.completeWrite(null);
		assertThat(this.listener.calls()).containsExactly("pinged");
	}

	@Test
	void aPongPassesMessagesAndOnlyTheLatestIsWritten() {
		add("a");
		assertThat(this.queue.pong(new byte[] { 1 })).isTrue();
		assertThat(this.queue.pong(new byte[] { 2 })).isTrue();
		this.queue.start(this.transport);
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("PONG", "a");
		assertThat(this.listener.calls()).containsExactly("ponged");
	}

	@Test
	void nothingIsAnsweredAfterTheClose() {
		this.queue.start(this.transport);
		this.queue.close(GOING_AWAY);
		assertThat(this.queue.pong(new byte[0])).isFalse();
	}

	@Test
	void aPingPassesMessages() {
		add("a");
		this.queue.ping();
		add("b");
		this.queue.start(this.transport);
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("PING", "a", "b");
	}

	@Test
	void theCloseFrameComesAfterWhatWasAddedBefore() {
		add("a", "b");
		assertThat(this.queue.isClosing()).isFalse();
		assertThat(this.queue.close(GOING_AWAY)).isTrue();
		assertThat(this.queue.isClosing()).isTrue();
		this.queue.start(this.transport);
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a", "b", "CLOSE");
		assertThat(this.transport.closeStatus()).isEqualTo(GOING_AWAY);
		assertThat(this.listener.calls()).containsExactly("closed 1001");
	}

	@Test
	void nothingFollowsTheCloseFrame() {
		this.queue.start(this.transport);
		this.queue.close(GOING_AWAY);
		add("late");
		this.queue.ping();
		assertThat(this.queue.close(CloseStatus.NORMAL)).isFalse();
		this.executor.runAll();
		add("later");
		this.queue.ping();
		assertThat(this.executor.waiting()).isZero();
		assertThat(this.transport.written()).containsExactly("CLOSE");
		assertThat(this.transport.closeStatus()).isEqualTo(GOING_AWAY);
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(2);
	}

	@Test
	void stopDropsAndCountsMessagesThatWait() {
		add("a", "b");
		this.queue.ping();
		this.queue.close(GOING_AWAY);
		this.queue.stop();
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(2);
		this.queue.start(this.transport);
		assertThat(this.executor.waiting()).isZero();
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void takesNothingAfterStop() {
		this.queue.start(this.transport);
		this.queue.stop();
		this.queue.stop();
		add("a");
		this.queue.ping();
		assertThat(this.queue.close(GOING_AWAY)).isFalse();
		assertThat(this.queue.isClosing()).isTrue();
		this.executor.runAll();
		assertThat(this.transport.written()).isEmpty();
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(1);
	}

	@Test
	void aWriteThatIsUnderWayAtTheStopIsTheLast() {
		this.queue.start(this.transport.stuck());
		add("a");
		this.executor.runNext();
		add("b");
		this.queue.stop();
		this.transport.completeWrite(null);
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a");
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(1);
	}

	@Test
	void aFailedWriteIsTheLast() {
		this.queue.start(this.transport.stuck());
		add("a");
		this.executor.runNext();
		add("b", "c");
		this.transport.completeWrite(new IllegalStateException("broken pipe"));
		add("d");
		this.executor.runAll();
		assertThat(this.listener.calls()).containsExactly("failed: broken pipe");
		assertThat(this.transport.written()).containsExactly("a");
		assertThat(this.drops.total(DropReason.CLOSED)).as("all four").isEqualTo(4);
	}

	@Test
	void aWriteThatFailsAfterTheStopIsCountedAsWell() {
		this.queue.start(this.transport.stuck());
		add("a", "b");
		this.queue.ping();
		this.executor.runNext();
		add("c");
		this.queue.stop();
		this.transport.completeWrite(new IllegalStateException("broken pipe"));
		assertThat(this.drops.total(DropReason.CLOSED)).as("the messages, not the ping").isEqualTo(3);
	}

	@Test
	void aTransportThatThrowsHasFailed() {
		this.queue.start(this.transport.whenWritten((frame) -> {
			throw new IllegalStateException("no memory");
		}));
		add("a");
		this.executor.runAll();
		add("b");
		assertThat(this.listener.calls()).containsExactly("failed: no memory");
		assertThat(this.drops.total(DropReason.CLOSED)).isEqualTo(2);
		assertThat(this.queue.writingSince()).as("nothing is stuck").isZero();
	}

	@Test
	void anActionThatThrowsHarmsNeitherTheWriterNorOtherActions() {
		this.queue.start(this.transport.stuck());
		add("x".repeat(300 * 1024));
		this.executor.runNext();
		List<String> runs = new ArrayList<>();
		this.queue.whenWritable(() -> {
			throw new IllegalStateException("expected by the test");
		});
		this.queue.whenWritable(() -> runs.add("second"));
		add("later");
		try (CapturedLog log = CapturedLog.of(OutboundQueue.class)) {
			this.transport.completeWrite(null);
			assertThat(log.causes()).containsExactly("java.lang.IllegalStateException: expected by the test");
		}
		this.transport.completeWrite(null);
		assertThat(runs).containsExactly("second");
		assertThat(this.transport.written()).endsWith("later");
		add("last");
		this.executor.runAll();
		assertThat(this.transport.written()).endsWith("later", "last");
	}

	@Test
	void anActionThatThrowsDoesNotDisturbTheStart() {
		this.queue.whenWritable(() -> {
			throw new RejectedExecutionException("shut down");
		});
		add("a");
		this.queue.start(this.transport);
		this.executor.runAll();
		assertThat(this.transport.written()).containsExactly("a");
	}

	@Test
	void aWriteThatFailsBeforeTheCallReturnsIsTheLast() {
		this.queue.start(this.transport.failing(new IllegalStateException("broken pipe")));
		addNumbered(65);
		this.executor.runAll();
		assertThat(this.transport.batches()).containsExactly(64);
		assertThat(this.listener.calls()).containsExactly("failed: broken pipe");
	}

	@Test
	void tellsOfAnExecutorThatWasShutDown() {
		OutboundQueue refused = new OutboundQueue(new SettingsBuilder().build(), (task) -> {
			throw new RejectedExecutionException("shut down");
		}, this.corks, this.drops, this.listener);
		refused.start(this.transport);
		refused.add(OutboundFrame.text("a"));
		assertThat(this.listener.calls()).containsExactly("failed: shut down");
	}

	@Test
	void knowsSinceWhenAWriteIsUnderWay() {
		this.queue.start(this.transport.stuck());
		assertThat(this.queue.writingSince()).isZero();
		long before = System.nanoTime();
		add("a");
		this.executor.runNext();
		long since = this.queue.writingSince();
		assertThat(since - before).isNotNegative();
		add("b");
		assertThat(this.queue.writingSince()).as("what is added does not count").isEqualTo(since);
		this.transport.completeWrite(null);
		assertThat(this.queue.writingSince() - since).as("each batch has the whole time").isPositive();
		this.transport.completeWrite(null);
		assertThat(this.queue.writingSince()).isZero();
	}

	@Test
	void aSlowWriterThreadDoesNotDeepenTheStack() {
		List<Integer> depths = new ArrayList<>();
		this.transport.whenWritten((frame) -> {
			depths.add(new Throwable().getStackTrace().length);
			if (depths.size() < 10) {
				add("next");
			}
		});
		this.queue.start(this.transport);
		add("first");
		this.executor.runAll();
		assertThat(depths).hasSize(10);
		assertThat(depths.stream().distinct()).hasSize(1);
	}

	private void add(String... texts) {
		for (String text : texts) {
			this.queue.add(OutboundFrame.text(text));
		}
	}

	private void addNumbered(int number) {
		for (int i = 0; i < number; i++) {
			add("m" + i);
		}
	}

}
