package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;

import dev.channels.CloseStatus;
import dev.channels.SlowConsumerPolicy;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.ManualTimer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link OutboundQueue}: what happens above the limit, which is ten here:
 * {@code "aaa"} stands for a message that costs three.
 */
class OutboundQueueLimitTests {

	private static final int UNIT = 100;

	private final ManualExecutor executor = new ManualExecutor();

	private final Corks corks = new Corks(new ManualTimer());

	private final DropCounter drops = new DropCounter();

	private final RecordingOutboundListener listener = new RecordingOutboundListener();

	private final FakeTransport transport = new FakeTransport();

	private final List<String> log = new ArrayList<>();

	@ParameterizedTest
	@EnumSource
	void takesAsManyBytesAsTheLimit(SlowConsumerPolicy policy) {
		OutboundQueue queue = queue(policy);
		add(queue, "aaaa", "bbbb", "cc");
		assertThat(write(queue)).containsExactly("aaaa", "bbbb", "cc");
		assertThat(slowConsumerDrops()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void countsBytesOfUtf8(SlowConsumerPolicy policy) {
		OutboundQueue queue = queue(policy);
		queue.add(OutboundFrame.text("\u20ac".repeat(300)));
		queue.add(OutboundFrame.text("a"));
		write(queue);
		assertThat(slowConsumerDrops()).isPositive();
	}

	@ParameterizedTest
	@EnumSource
	void takesALargerMessageIfNothingElseWaits(SlowConsumerPolicy policy) {
		OutboundQueue queue = queue(policy);
		add(queue, "x".repeat(11));
		assertThat(write(queue)).hasSize(1);
		add(queue, "y".repeat(11));
		this.executor.runAll();
		assertThat(this.transport.written()).hasSize(2);
		assertThat(slowConsumerDrops()).isZero();
	}

	@ParameterizedTest
	@EnumSource
	void pingsAndClosesNeedNoRoom(SlowConsumerPolicy policy) {
		OutboundQueue queue = queue(policy);
		add(queue, "x".repeat(10));
		queue.ping();
		queue.close(CloseStatus.NORMAL);
		assertThat(write(queue)).containsExactly("PING", "x".repeat(10), "CLOSE");
	}

	@ParameterizedTest
	@EnumSource
	void thereIsRoomAgainForWhatWasWritten(SlowConsumerPolicy policy) {
		OutboundQueue queue = queue(policy);
		queue.start(this.transport);
		for (int i = 0; i < 50; i++) {
			add(queue, "aaaa", "bbbb");
			this.executor.runAll();
		}
		assertThat(this.transport.frames()).hasSize(100);
		assertThat(slowConsumerDrops()).isZero();
	}

	@Test
	void dropNewestDropsWhatDoesNotFit() {
		OutboundQueue queue = queue(SlowConsumerPolicy.DROP_NEWEST);
		add(queue, "aaaa", "bbbb", "cccc", "dd", "e");
		assertThat(write(queue)).containsExactly("aaaa", "bbbb", "dd");
		assertThat(slowConsumerDrops()).isEqualTo(2);
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void dropOldestDropsAsManyAsAreNeeded() {
		OutboundQueue queue = queue(SlowConsumerPolicy.DROP_OLDEST);
		add(queue, "aaa", "bbb", "ccc", "dddddd");
		assertThat(write(queue)).containsExactly("ccc", "dddddd");
		assertThat(slowConsumerDrops()).isEqualTo(2);
		assertThat(this.listener.calls()).isEmpty();
	}

	@Test
	void dropOldestDropsAllForAMessageThatNeverFits() {
		OutboundQueue queue = queue(SlowConsumerPolicy.DROP_OLDEST);
		add(queue, "aaa", "bbb", "x".repeat(20));
		assertThat(write(queue)).containsExactly("x".repeat(20));
		assertThat(slowConsumerDrops()).isEqualTo(2);
	}

	@Test
	void dropOldestKeepsPings() {
		OutboundQueue queue = queue(SlowConsumerPolicy.DROP_OLDEST);
		queue.ping();
		add(queue, "aaaa", "bbbb", "cccc");
		assertThat(write(queue)).containsExactly("PING", "bbbb", "cccc");
	}

	@Test
	void aBatchThatIsBeingWrittenCountsButCannotBeDropped() {
		OutboundQueue queue = queue(SlowConsumerPolicy.DROP_OLDEST);
		queue.start(this.transport.stuck());
		add(queue, "x".repeat(10));
		this.executor.runNext();
		add(queue, "aaa", "bbb", "ccc");
		assertThat(slowConsumerDrops()).as("one waits at most").isEqualTo(2);
		this.transport.completeWrite(null);
		this.transport.completeWrite(null);
		assertThat(written()).containsExactly("x".repeat(10), "ccc");
	}

	@Test
	void closeDropsAllAndSaysSo() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		add(queue, "aaaa", "bbbb");
		queue.ping();
		add(queue, "cccc");
		assertThat(this.listener.calls()).containsExactly("overflowed");
		assertThat(slowConsumerDrops()).isEqualTo(3);
		queue.close(CloseStatus.NORMAL);
		assertThat(write(queue)).containsExactly("PING", "CLOSE");
	}

	@Test
	void aDropIsWarnedOf() {
		OutboundQueue queue = queue(SlowConsumerPolicy.DROP_NEWEST);
		try (CapturedLog captured = CapturedLog.of(DropCounter.class)) {
			add(queue, "secret".repeat(2), "secret", "secret");
			assertThat(captured.messages()).containsExactly("Dropped (slow-consumer): message for the client");
		}
	}

	@Test
	void isWritableUpToHalfOfTheLimit() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		assertThat(queue.isWritable()).as("before the start").isFalse();
		queue.start(this.transport.stuck());
		add(queue, "aaaaa");
		assertThat(queue.isWritable()).isTrue();
		add(queue, "b");
		assertThat(queue.isWritable()).isFalse();
		this.executor.runNext();
		assertThat(queue.isWritable()).as("while it is written").isFalse();
		this.transport.completeWrite(null);
		assertThat(queue.isWritable()).isTrue();
	}

	@Test
	void anActionIsRunAtOnceIfTheQueueIsWritable() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		queue.start(this.transport);
		queue.whenWritable(() -> this.log.add("run"));
		assertThat(this.log).containsExactly("run");
	}

	@Test
	void actionsAreRunOnceTheQueueIsWritable() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		queue.start(this.transport.stuck());
		add(queue, "aaaaaa");
		this.executor.runNext();
		queue.whenWritable(() -> this.log.add("first"));
		queue.whenWritable(() -> this.log.add("second"));
		add(queue, "b");
		assertThat(this.log).isEmpty();
		this.transport.completeWrite(null);
		assertThat(this.log).containsExactly("first", "second");
		this.transport.completeWrite(null);
		assertThat(this.log).containsExactly("first", "second");
	}

	@Test
	void actionsWaitWhileMoreThanHalfOfTheLimitWaits() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		queue.start(this.transport.stuck());
		add(queue, "aa");
		this.executor.runNext();
		add(queue, "bbbbbb");
		queue.whenWritable(() -> this.log.add("run"));
		this.transport.completeWrite(null);
		assertThat(this.log).isEmpty();
		this.transport.completeWrite(null);
		assertThat(this.log).containsExactly("run");
	}

	@Test
	void anActionFromBeforeTheStartIsRunByTheStart() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		queue.whenWritable(() -> this.log.add("run"));
		assertThat(this.log).isEmpty();
		queue.start(this.transport);
		assertThat(this.log).containsExactly("run");
	}

	@Test
	void noActionIsRunAfterStop() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		queue.start(this.transport.stuck());
		add(queue, "aaaaaa");
		this.executor.runNext();
		queue.whenWritable(() -> this.log.add("before"));
		queue.stop();
		this.transport.completeWrite(null);
		queue.whenWritable(() -> this.log.add("after"));
		assertThat(this.log).isEmpty();
	}

	@ParameterizedTest
	@EnumSource
	void manySmallMessagesAreBoundedAsWell(SlowConsumerPolicy policy) {
		OutboundQueue queue = new OutboundQueue(new SettingsBuilder().outbound(512 * 1024, policy).build(),
				this.executor, this.corks, this.drops, this.listener);
		queue.start(this.transport.stuck());
		for (int i = 0; i < 20_000; i++) {
			queue.add(OutboundFrame.text(""));
		}
		assertThat(20_000 - slowConsumerDrops()).isLessThanOrEqualTo(512 * 1024 / OutboundFrame.COST);
		assertThat(slowConsumerDrops()).isPositive();
	}

	@Test
	void aQueueThatClosesIsNotWritable() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		queue.start(this.transport.stuck());
		queue.close(CloseStatus.NORMAL);
		assertThat(queue.isWritable()).isFalse();
		queue.whenWritable(() -> this.log.add("run"));
		this.executor.runAll();
		this.transport.completeWrite(null);
		assertThat(this.log).isEmpty();
	}

	@Test
	void anActionThatWaitsIsNotRunOnceItCloses() {
		OutboundQueue queue = queue(SlowConsumerPolicy.CLOSE);
		queue.start(this.transport.stuck());
		add(queue, "aaaaaa");
		this.executor.runNext();
		queue.whenWritable(() -> this.log.add("run"));
		queue.close(CloseStatus.NORMAL);
		this.transport.completeWrite(null);
		assertThat(this.log).isEmpty();
	}

	private OutboundQueue queue(SlowConsumerPolicy policy) {
		return new OutboundQueue(new SettingsBuilder().outbound(10 * UNIT, policy).build(), this.executor, this.corks,
				this.drops, this.listener);
	}

	private static void add(OutboundQueue queue, String... texts) {
		for (String text : texts) {
			queue.add(OutboundFrame.text(text.substring(0, 1).repeat(text.length() * UNIT - OutboundFrame.COST)));
		}
	}

	private List<String> write(OutboundQueue queue) {
		queue.start(this.transport);
		this.executor.runAll();
		return written();
	}

	private List<String> written() {
		return this.transport.written()
			.stream()
			.map((text) -> (text.length() < UNIT - OutboundFrame.COST) ? text
					: text.substring(0, 1).repeat((text.length() + OutboundFrame.COST) / UNIT))
			.toList();
	}

	private long slowConsumerDrops() {
		return this.drops.total(DropReason.SLOW_CONSUMER);
	}

}
