package dev.channels.consumer;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import dev.channels.connection.ManualExecutor;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link StreamReply}.
 */
class StreamReplyTests {

	private static final ResultType ELEMENT = new ResultTypes(TestContext.MAPPER).of(Object.class, "a handler");

	private final FakeConnection connection = new FakeConnection();

	private final ManualExecutor executor = new ManualExecutor();

	private final ExecutorService threads = Executors.newFixedThreadPool(4);

	private final AtomicInteger closed = new AtomicInteger();

	@AfterEach
	void shutDown() {
		this.threads.shutdownNow();
	}

	@Test
	void sendsAllElementsOnTheExecutorAndClosesTheStream() {
		start(closing(Stream.of("a", "b", "c")), this.executor);
		assertThat(this.connection.sent()).isEmpty();
		this.executor.runAll();
		assertThat(this.connection.sent()).containsExactly("a", "b", "c");
		assertThat(this.closed).hasValue(1);
		assertThat(this.connection.endActions()).isZero();
		assertThat(this.connection.failures()).isEmpty();
	}

	@Test
	void takesStreamsOfPrimitivesAndSkipsNull() {
		new StreamReply(IntStream.range(0, 3), ELEMENT, this.connection, Runnable::run).start();
		start(Stream.of("a", null, "b"), Runnable::run);
		assertThat(this.connection.sent()).containsExactly(0, 1, 2, "a", "b");
	}

	@Test
	void waitsForAClientThatDoesNotRead() {
		List<Integer> made = new ArrayList<>();
		this.connection.window(2);
		start(closing(Stream.of(1, 2, 3, 4, 5).peek(made::add)), this.executor);
		this.executor.runAll();
		assertThat(made).containsExactly(1, 2);
		this.connection.read(1);
		this.executor.runAll();
		assertThat(made).containsExactly(1, 2, 3);
		this.connection.read(10);
		assertThat(made).as("not on the thread of the client").hasSize(3);
		this.executor.runAll();
		assertThat(this.connection.sent()).containsExactly(1, 2, 3, 4, 5);
		assertThat(this.closed).hasValue(1);
	}

	@Test
	void aStreamThatFailsIsClosedAndTheConsumerIsTold() {
		RuntimeException failure = new IllegalStateException("broken");
		start(closing(Stream.of(1, 2, 3)).peek((element) -> {
			if (element == 2) {
				throw failure;
			}
		}), Runnable::run);
		assertThat(this.connection.sent()).containsExactly(1);
		assertThat(this.connection.failures()).containsExactly(failure);
		assertThat(this.closed).hasValue(1);
		assertThat(this.connection.endActions()).isZero();
	}

	@Test
	void anElementThatCannotBeSentIsAFailure() {
		RuntimeException failure = new IllegalArgumentException("no JSON");
		this.connection.refusing(failure);
		start(closing(Stream.of(1, 2)), Runnable::run);
		assertThat(this.connection.failures()).containsExactly(failure);
		assertThat(this.closed).hasValue(1);
	}

	@Test
	void aStreamThatCannotBeClosedIsAFailure() {
		RuntimeException failure = new IllegalStateException("cannot be closed");
		start(Stream.of(1).onClose(() -> {
			throw failure;
		}), Runnable::run);
		assertThat(this.connection.failures()).containsExactly(failure);
	}

	@Test
	void theFirstFailureCountsWhenTheStreamCannotBeClosedEither() {
		RuntimeException failure = new IllegalStateException("broken");
		RuntimeException second = new IllegalStateException("cannot be closed");
		start(Stream.of(1).onClose(() -> {
			throw second;
		}).peek((element) -> {
			throw failure;
		}), Runnable::run);
		assertThat(this.connection.failures()).containsExactly(failure);
		assertThat(failure).hasSuppressedException(second);
	}

	@Test
	void isClosedWhenTheClientHasGoneBefore() {
		this.connection.end();
		start(closing(Stream.of(1)), this.executor);
		this.executor.runAll();
		assertThat(this.connection.sent()).isEmpty();
		assertThat(this.closed).hasValue(1);
	}

	@Test
	void isClosedWhenTheClientGoesBeforeItBegins() {
		start(closing(Stream.of(1)), this.executor);
		this.connection.end();
		this.executor.runAll();
		assertThat(this.connection.sent()).isEmpty();
		assertThat(this.closed).hasValue(1);
	}

	@Test
	void isClosedOnTheExecutorWhenTheClientGoesWhileItWaits() {
		this.connection.window(1);
		start(closing(Stream.of(1, 2)), this.executor);
		this.executor.runAll();
		this.connection.end();
		assertThat(this.closed).hasValue(0);
		this.executor.runAll();
		assertThat(this.closed).hasValue(1);
		this.connection.read(10);
		this.executor.runAll();
		assertThat(this.connection.sent()).containsExactly(1);
		assertThat(this.closed).hasValue(1);
	}

	@Test
	void isClosedOnceWhenTheClientGoesAtItsVeryEnd() {
		this.connection.beforeUnregister(this.connection::end);
		new StreamReply(countingEachClose(Stream.of("a")), ELEMENT, this.connection, this.executor).start();
		this.executor.runAll();
		assertThat(this.connection.sent()).containsExactly("a");
		assertThat(this.closed).hasValue(1);
		assertThat(this.connection.failures()).isEmpty();
	}

	@Test
	void aStreamThatBlocksIsInterruptedAndClosedWhenTheClientGoes() throws Exception {
		Blocking blocking = new Blocking(1);
		AtomicBoolean interruptedAfterwards = new AtomicBoolean(true);
		CountDownLatch done = new CountDownLatch(1);
		start(closing(blocking.stream()), (task) -> this.threads.execute(() -> {
			task.run();
			interruptedAfterwards.set(Thread.currentThread().isInterrupted());
			done.countDown();
		}));
		blocking.awaitBlocked();
		this.connection.end();
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(blocking.interrupted).isTrue();
		assertThat(interruptedAfterwards).isFalse();
		assertThat(this.closed).hasValue(1);
		assertThat(this.connection.failures()).as("the client has gone").isEmpty();
	}

	@Test
	void isInterruptedTooWhenItGoesOnBeforeItHasPaused() throws Exception {
		Blocking blocking = new Blocking(2);
		CountDownLatch paused = new CountDownLatch(1);
		// the client reads at once, and the stream blocks before the first run is over
		this.connection.window(1).beforeWhenWritable(() -> this.connection.read(10)).afterWhenWritable(() -> {
			blocking.awaitBlocked();
			paused.countDown();
		});
		AtomicInteger running = new AtomicInteger();
		start(closing(blocking.stream()), (task) -> {
			running.incrementAndGet();
			this.threads.execute(() -> {
				task.run();
				running.decrementAndGet();
			});
		});
		assertThat(paused.await(10, TimeUnit.SECONDS)).isTrue();
		patiently().until(() -> running.get() == 1);
		this.connection.end();
		patiently().untilTrue(blocking.interrupted);
		patiently().until(() -> this.closed.get() == 1);
	}

	@RepeatedTest(50)
	void isClosedOnceHoweverTheEndAndTheClientRace() {
		this.connection.window(1);
		AtomicBoolean used = new AtomicBoolean();
		AtomicBoolean overlapped = new AtomicBoolean();
		start(closing(Stream.iterate(1, (number) -> number + 1).peek((number) -> {
			if (!used.compareAndSet(false, true)) {
				overlapped.set(true);
			}
			used.set(false);
		})), this.threads);
		this.threads.execute(() -> {
			for (int i = 0; i < 200; i++) {
				this.connection.read(1);
			}
		});
		patiently().until(() -> this.connection.sent().size() >= 20);
		this.connection.end();
		patiently().until(() -> this.closed.get() > 0);
		assertThat(this.closed).hasValue(1);
		assertThat(overlapped).isFalse();
		List<Object> sent = this.connection.sent();
		assertThat(sent).isEqualTo(IntStream.rangeClosed(1, sent.size()).boxed().toList());
	}

	@Test
	void endsAnEndlessStreamWhenTheConnectionIsClosing() {
		this.connection.closing();
		start(closing(Stream.generate(() -> 1)), Runnable::run);
		assertThat(this.connection.sent()).isEmpty();
		assertThat(this.closed).hasValue(1);
		assertThat(this.connection.endActions()).isZero();
	}

	private static ConditionFactory patiently() {
		return await().atMost(10, TimeUnit.SECONDS).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
	}

	private void start(Stream<?> stream, Executor executor) {
		new StreamReply(stream, ELEMENT, this.connection, executor).start();
	}

	private <T> Stream<T> closing(Stream<T> stream) {
		return stream.onClose(this.closed::incrementAndGet);
	}

	/**
	 * Streams of the JDK ignore that they are closed again.
	 */
	private BaseStream<?, ?> countingEachClose(Stream<?> stream) {
		return (BaseStream<?, ?>) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { BaseStream.class }, (proxy, method, arguments) -> method.getName().equals("close")
						? this.closed.incrementAndGet() : method.invoke(stream, arguments));
	}

	/**
	 * Gives some elements and then blocks.
	 */
	private static final class Blocking implements Iterator<Integer> {

		private final Semaphore blocked = new Semaphore(0);

		private final AtomicBoolean interrupted = new AtomicBoolean();

		private final int blockAt;

		private int next;

		Blocking(int blockAt) {
			this.blockAt = blockAt;
		}

		Stream<Integer> stream() {
			Iterable<Integer> iterable = () -> this;
			return StreamSupport.stream(iterable.spliterator(), false);
		}

		/**
		 * Wait until it blocks.
		 */
		void awaitBlocked() {
			try {
				assertThat(this.blocked.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
				this.blocked.release();
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public boolean hasNext() {
			return true;
		}

		@Override
		public Integer next() {
			if (++this.next < this.blockAt) {
				return this.next;
			}
			this.blocked.release();
			try {
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.interrupted.set(true);
				throw new IllegalStateException(ex);
			}
			return this.next;
		}

	}

}
