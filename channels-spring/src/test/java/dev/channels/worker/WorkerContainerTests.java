package dev.channels.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnEvent;
import dev.channels.RetryPolicy;
import dev.channels.consumer.TestContext;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.ChannelName;
import dev.channels.layer.TestLayer;
import dev.channels.routing.RouteTable;
import dev.channels.routing.WorkerRoute;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link WorkerContainer}.
 */
class WorkerContainerTests {

	private static final Duration LONG = Duration.ofSeconds(10);

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final TestContext test = new TestContext(Jobs.class).executor(this.threads);

	private WorkerContainer container;

	@BeforeEach
	void reset() {
		Jobs.handled.clear();
		Jobs.closed.clear();
		Jobs.begun.drainPermits();
		Jobs.blocked = new CountDownLatch(1);
	}

	@AfterEach
	void close() {
		Jobs.blocked.countDown();
		if (this.container != null) {
			this.container.stop();
		}
		this.threads.shutdownNow();
		this.test.close();
		patiently().until(() -> keepAliveThreads().isEmpty());
	}

	@Test
	void servesItsChannelsWhileItRuns() {
		container(LONG, worker("first", 1), worker("second", 1));
		send("first", 1);
		assertThat(this.container.isRunning()).isFalse();
		this.container.start();
		assertThat(this.container.isRunning()).isTrue();
		send("second", 2);
		patiently().until(() -> Jobs.handled.size() == 2);
		assertThat(Jobs.handled).containsExactlyInAnyOrder(1, 2);
		this.container.stop();
		assertThat(this.container.isRunning()).isFalse();
	}

	@Test
	void handlesAsManyEventsAtATimeAsTheRouteSays() throws Exception {
		container(LONG, worker("jobs", 3));
		this.container.start();
		for (int i = 0; i < 4; i++) {
			block("jobs");
		}
		assertThat(Jobs.begun.tryAcquire(3, 10, TimeUnit.SECONDS)).isTrue();
		assertThat(Jobs.begun.tryAcquire()).isFalse();
		Jobs.blocked.countDown();
		assertThat(Jobs.begun.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void startingTwiceIsStartingOnce() throws Exception {
		container(LONG, worker("jobs", 1));
		this.container.start();
		this.container.start();
		block("jobs");
		block("jobs");
		assertThat(Jobs.begun.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
		assertThat(Jobs.begun.tryAcquire()).isFalse();
		assertThat(keepAliveThreads()).hasSize(1);
	}

	@Test
	void stopWaitsForEventsThatAreBeingHandledAndThenDestroys() throws Exception {
		container(LONG, worker("jobs", 1));
		this.container.start();
		block("jobs");
		assertThat(Jobs.begun.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
		int closedBefore = Jobs.closed.size();
		Thread stopping = new Thread(this.container::stop);
		stopping.start();
		patiently().until(() -> stopping.getState() == Thread.State.TIMED_WAITING);
		assertThat(Jobs.closed).hasSize(closedBefore);
		assertThat(CompletableFuture.supplyAsync(this.container::isRunning, this.threads)).as("does not block")
			.succeedsWithin(LONG)
			.isEqualTo(true);
		Jobs.blocked.countDown();
		stopping.join(LONG.toMillis());
		assertThat(stopping.isAlive()).isFalse();
		assertThat(Jobs.closed).hasSize(closedBefore + 1);
		assertThat(Jobs.handled).as("before it was destroyed").containsExactly(-1);
	}

	/**
	 * So that connections, which stop in the same phase, have the same time and not what
	 * is left of it.
	 */
	@Test
	void stopsBesideOthers() throws Exception {
		container(LONG, worker("jobs", 1));
		this.container.start();
		block("jobs");
		assertThat(Jobs.begun.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
		int closedBefore = Jobs.closed.size();
		AtomicInteger stopped = new AtomicInteger();
		this.container.stop(() -> {
			assertThat(this.container.isRunning()).isFalse();
			assertThat(Jobs.closed).hasSize(closedBefore + 1);
			stopped.incrementAndGet();
		});
		assertThat(stopped).as("does not block").hasValue(0);
		assertThat(this.container.isRunning()).isTrue();
		Jobs.blocked.countDown();
		patiently().until(() -> stopped.get() == 1);
		this.container.stop(stopped::incrementAndGet);
		assertThat(stopped).as("nothing runs").hasValue(2);
	}

	@Test
	void tellsThatItStoppedWhenTheTimeIsOver() throws Exception {
		container(Duration.ofMillis(10), worker("jobs", 1));
		this.container.start();
		block("jobs");
		assertThat(Jobs.begun.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
		AtomicInteger stopped = new AtomicInteger();
		this.container.stop(stopped::incrementAndGet);
		patiently().until(() -> stopped.get() == 1);
		assertThat(this.container.isRunning()).isFalse();
	}

	@Test
	void stopWaitsNoLongerThanItIsToldTo() throws Exception {
		container(Duration.ofMillis(10), worker("jobs", 1));
		this.container.start();
		block("jobs");
		assertThat(Jobs.begun.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
		try (CapturedLog log = CapturedLog.of(WorkerContainer.class)) {
			this.container.stop();
			assertThat(log.messages())
				.containsExactly("Workers did not stop within PT0.01S; what they were handling is not acknowledged");
		}
		assertThat(this.container.isRunning()).isFalse();
	}

	@Test
	void anInterruptEndsTheWaitAndIsKept() throws Exception {
		container(LONG, worker("jobs", 1));
		this.container.start();
		block("jobs");
		assertThat(Jobs.begun.tryAcquire(1, 10, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Thread stopping = new Thread(() -> {
			this.container.stop();
			interrupted.complete(Thread.currentThread().isInterrupted());
		});
		stopping.start();
		stopping.interrupt();
		assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.container.isRunning()).isFalse();
	}

	@Test
	void eventsOfAStoppedContainerWaitForTheNextStart() {
		container(LONG, worker("jobs", 1));
		this.container.start();
		this.container.stop();
		send("jobs", 1);
		assertThat(Jobs.handled).isEmpty();
		this.container.start();
		patiently().until(() -> Jobs.handled.contains(1));
	}

	@Test
	void keepsTheApplicationAliveWhileItRuns() throws Exception {
		container(LONG, worker("jobs", 1));
		Thread starter = new Thread(this.container::start);
		starter.setDaemon(true);
		starter.start();
		starter.join(LONG.toMillis());
		assertThat(keepAliveThreads()).singleElement().satisfies((thread) -> {
			assertThat(thread.isDaemon()).isFalse();
			thread.interrupt();
			patiently().until(() -> !thread.isInterrupted() && thread.getState() == Thread.State.WAITING);
		});
		Thread keepAlive = keepAliveThreads().get(0);
		this.container.stop();
		keepAlive.join(LONG.toMillis());
		assertThat(keepAlive.isAlive()).isFalse();
	}

	@Test
	void withoutWorkersItDoesNotRun() {
		container(LONG);
		this.container.start();
		assertThat(this.container.isRunning()).isFalse();
		assertThat(keepAliveThreads()).isEmpty();
		this.container.stop();
	}

	@Test
	void routesAreCheckedBeforeTheStart() {
		RouteTable routes = new RouteTable(List.of(), List.of(TestContext.worker("jobs", "jbos")));
		assertThatExceptionOfType(ChannelsConfigurationException.class)
			.isThrownBy(() -> new WorkerContainer(routes, this.test.consumers(), LONG))
			.withMessage("channels.routes[0].consumer: no consumer named 'jbos'; did you mean 'jobs'?");
	}

	@Test
	void aConsumerThatCannotBeDestroyedKeepsNeitherOthersNorTheApplication() {
		AtomicInteger attempts = new AtomicInteger();
		container(LONG, worker("first", 2));
		this.container.start();
		this.test.context.getBeanFactory().addBeanPostProcessor(new DestructionAwareBeanPostProcessor() {
			@Override
			public void postProcessBeforeDestruction(Object bean, String beanName) {
				attempts.incrementAndGet();
				throw new AssertionError("expected by the test");
			}
		});
		this.container.stop();
		assertThat(attempts).hasValue(2);
		assertThat(this.container.isRunning()).isFalse();
	}

	private void container(Duration stopTimeout, WorkerRoute... routes) {
		this.container = new WorkerContainer(new RouteTable(List.of(), List.of(routes)), this.test.consumers(),
				stopTimeout);
	}

	private static WorkerRoute worker(String channel, int concurrency) {
		return new WorkerRoute("channels.routes[0]", channel, "jobs", concurrency, RetryPolicy.defaults());
	}

	private void send(String channel, int number) {
		TestLayer.join(this.test.layer.layer.send(ChannelName.of(channel),
				this.test.layer.codec.encode(Event.of("job", Map.of("n", number)))));
	}

	/**
	 * Send an event whose handler blocks.
	 */
	private void block(String channel) {
		send(channel, -1);
	}

	private static List<Thread> keepAliveThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("channels-keep-alive"))
			.toList();
	}

	private static ConditionFactory patiently() {
		return await().atMost(LONG).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
	}

	@Consumer("jobs")
	static class Jobs implements AutoCloseable {

		static final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

		static final Queue<Jobs> closed = new ConcurrentLinkedQueue<>();

		static final Semaphore begun = new Semaphore(0);

		static CountDownLatch blocked;

		@OnEvent("job")
		void job(Event event) throws InterruptedException {
			int number = (Integer) ((Map<?, ?>) event.payload()).get("n");
			if (number < 0) {
				begun.release();
				blocked.await(10, TimeUnit.SECONDS);
			}
			if (!closed.contains(this)) {
				handled.add(number);
			}
		}

		@Override
		public void close() {
			closed.add(this);
		}

	}

}
