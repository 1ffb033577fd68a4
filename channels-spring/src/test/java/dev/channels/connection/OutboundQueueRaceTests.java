package dev.channels.connection;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.channels.CloseStatus;
import dev.channels.SlowConsumerPolicy;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link OutboundQueue} with many threads at once.
 */
class OutboundQueueRaceTests {

	private static final int PRODUCERS = 6;

	private static final int MESSAGES = 200;

	private final ExecutorService writers = Executors.newFixedThreadPool(4);

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	private final Corks corks = new Corks(this.timer);

	private final Race race = new Race();

	private final DropCounter drops = new DropCounter();

	private final RecordingOutboundListener listener = new RecordingOutboundListener();

	@AfterEach
	void shutDown() {
		this.timer.shutdownNow();
		this.writers.shutdownNow();
		this.race.close();
	}

	@RepeatedTest(20)
	void writesAllInTheOrderOfEachProducer() {
		FakeTransport transport = new FakeTransport();
		OutboundQueue queue = queue(Long.MAX_VALUE, SlowConsumerPolicy.CLOSE);
		race(produce(queue), () -> queue.start(transport));
		Eventually.until(() -> transport.frames().size() == PRODUCERS * MESSAGES);
		requireOrder(transport);
		Eventually.until(() -> queue.writingSince() == 0);
	}

	@RepeatedTest(20)
	void producersWriteForEachOther() {
		FakeTransport transport = new FakeTransport().notBlocking();
		OutboundQueue queue = queue(Long.MAX_VALUE, SlowConsumerPolicy.CLOSE);
		race(produce(queue), () -> queue.start(transport));
		Eventually.until(() -> transport.frames().size() == PRODUCERS * MESSAGES);
		requireOrder(transport);
		Eventually.until(() -> queue.writingSince() == 0);
	}

	/**
	 * Turns that overlap, as that of one thread may end after the next has begun.
	 */
	@RepeatedTest(20)
	void turnsHoldNothingUp() {
		FakeTransport transport = new FakeTransport().notBlocking().endingOn(this.writers);
		OutboundQueue queue = queue(Long.MAX_VALUE, SlowConsumerPolicy.CLOSE);
		Runnable[] turns = Stream.of(produce(queue)).<Runnable>map((producer) -> () -> {
			queue.begins();
			producer.run();
			queue.ends();
		}).toArray(Runnable[]::new);
		race(turns, () -> queue.start(transport));
		Eventually.until(() -> transport.frames().size() == PRODUCERS * MESSAGES);
		requireOrder(transport);
		Eventually.until(() -> queue.writingSince() == 0);
	}

	@RepeatedTest(20)
	void writesAllWhenWritesEndOnOtherThreads() {
		FakeTransport transport = new FakeTransport().notBlocking().endingOn(this.writers);
		OutboundQueue queue = queue(Long.MAX_VALUE, SlowConsumerPolicy.CLOSE);
		race(produce(queue), () -> queue.start(transport));
		Eventually.until(() -> transport.frames().size() == PRODUCERS * MESSAGES);
		requireOrder(transport);
	}

	@ParameterizedTest
	@EnumSource(names = { "DROP_OLDEST", "DROP_NEWEST" })
	void whatIsNotWrittenIsCounted(SlowConsumerPolicy policy) {
		for (int i = 0; i < 10; i++) {
			long before = this.drops.total(DropReason.SLOW_CONSUMER);
			FakeTransport transport = new FakeTransport();
			OutboundQueue queue = queue(2000, policy);
			race(produce(queue), () -> queue.start(transport));
			Eventually.until(() -> queue.writingSince() == 0);
			long dropped = this.drops.total(DropReason.SLOW_CONSUMER) - before;
			assertThat(transport.frames().size() + dropped).isEqualTo(PRODUCERS * MESSAGES);
			requireOrder(transport);
		}
	}

	@RepeatedTest(50)
	void theCloseFrameIsTheLastAndWhatComesAfterItIsCounted() {
		FakeTransport transport = new FakeTransport();
		OutboundQueue queue = queue(Long.MAX_VALUE, SlowConsumerPolicy.CLOSE);
		AtomicInteger closes = new AtomicInteger();
		Runnable close = () -> {
			if (queue.close(CloseStatus.NORMAL)) {
				closes.incrementAndGet();
			}
		};
		queue.start(transport);
		race(produce(queue), close, close);
		Eventually.until(() -> !this.listener.calls().isEmpty());
		assertThat(closes).hasValue(1);
		assertThat(this.listener.calls()).containsExactly("closed 1000");
		List<String> written = transport.written();
		assertThat(written.indexOf("CLOSE")).isEqualTo(written.size() - 1);
		assertThat(written.size() - 1 + this.drops.total(DropReason.CLOSED)).isEqualTo(PRODUCERS * MESSAGES);
		requireOrder(transport);
	}

	@RepeatedTest(50)
	void whatWaitsAtTheStopIsCounted() {
		FakeTransport transport = new FakeTransport();
		OutboundQueue queue = queue(Long.MAX_VALUE, SlowConsumerPolicy.CLOSE);
		queue.start(transport);
		race(produce(queue), queue::stop);
		Eventually.until(() -> queue.writingSince() == 0);
		assertThat(transport.frames().size() + this.drops.total(DropReason.CLOSED)).isEqualTo(PRODUCERS * MESSAGES);
		requireOrder(transport);
	}

	@RepeatedTest(20)
	void noActionIsForgotten() {
		FakeTransport transport = new FakeTransport();
		OutboundQueue queue = queue(20_000, SlowConsumerPolicy.DROP_NEWEST);
		AtomicInteger run = new AtomicInteger();
		race(produce(queue), () -> queue.start(transport), () -> {
			for (int i = 0; i < MESSAGES; i++) {
				queue.whenWritable(run::incrementAndGet);
			}
		});
		Eventually.untilAsserted(() -> assertThat(run).hasValue(MESSAGES));
	}

	private OutboundQueue queue(long limit, SlowConsumerPolicy policy) {
		return new OutboundQueue(new SettingsBuilder().outbound(limit, policy).build(), this.writers, this.corks,
				this.drops, this.listener);
	}

	private static Runnable[] produce(OutboundQueue queue) {
		return IntStream.range(0, PRODUCERS).<Runnable>mapToObj((producer) -> () -> {
			for (int i = 0; i < MESSAGES; i++) {
				queue.add(OutboundFrame.text(producer + ":" + i));
			}
		}).toArray(Runnable[]::new);
	}

	private void race(Runnable[] some, Runnable... others) {
		this.race.run(Stream.concat(Stream.of(some), Stream.of(others)).toArray(Runnable[]::new));
	}

	private static void requireOrder(FakeTransport transport) {
		assertThat(transport.overlapped()).isFalse();
		List<String> texts = transport.written().stream().filter((text) -> !text.equals("CLOSE")).toList();
		for (int producer = 0; producer < PRODUCERS; producer++) {
			String prefix = producer + ":";
			assertThat(texts.stream()
				.filter((text) -> text.startsWith(prefix))
				.map((text) -> Integer.valueOf(text.substring(prefix.length())))).isSorted().doesNotHaveDuplicates();
		}
	}

}
