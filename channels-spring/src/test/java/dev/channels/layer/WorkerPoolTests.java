package dev.channels.layer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import dev.channels.Event;
import dev.channels.RetryPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WorkerPool}: what the source of events is asked for and told, whatever
 * it does. How events and workers meet is tested with the memory layer.
 */
class WorkerPoolTests {

	private static final RetryPolicy TWICE = new RetryPolicy(2, Duration.ofSeconds(1), Duration.ofSeconds(1));

	private final CapturedLog log = CapturedLog.of(WorkerPool.class).at(Level.INFO);

	private final FakeSource source = new FakeSource();

	private final WorkerPool<FakeJob> pool = new WorkerPool<>(ChannelName.of("jobs"), this.source);

	private final List<String> handled = new ArrayList<>();

	private final TestLayer test = new TestLayer();

	@AfterEach
	void release() {
		this.log.close();
	}

	@Test
	void tellsWhatBecameOfEachEvent() {
		bring("good", 0);
		bring("bad", 0);
		bring("bad", 1);
		bring("spent", 2);
		work((event) -> event.type().equals("bad") ? CompletableFuture.failedStage(new IllegalStateException("broken"))
				: handle(event));
		assertThat(this.source.told).startsWith("joined", "acknowledge good 1", "retry bad 1 PT1S",
				"bury bad 2 java.lang.IllegalStateException: broken",
				"bury spent 2 java.lang.IllegalStateException: every worker that had it died or was cut off",
				"wanted 1");
		assertThat(this.handled).containsExactly("good");
	}

	@Test
	void asksForAsManyAsThereAreIdleWorkers() {
		work((event) -> new CompletableFuture<>());
		work(this::handle);
		bring("a", 0);
		this.pool.dispatch();
		assertThat(this.source.told).containsExactly("joined", "wanted 1", "joined", "wanted 2", "wanted 1");
	}

	@Test
	void aWorkerThatReturnsNothingHasFailed() {
		bring("a", 0);
		work((event) -> null);
		assertThat(this.source.told).contains("retry a 1 PT1S");
	}

	/**
	 * The worker is not lost with the event.
	 */
	@Test
	void aSourceThatCannotTellHarmsNoWorker() {
		bring("a", 0);
		bring("b", 0);
		this.source.failure = new IllegalStateException("expected by the test");
		WorkerSubscription worker = work(this::handle);
		assertThat(this.handled).containsExactly("a", "b");
		assertThat(this.log.messages()).contains("What became of a of worker channel 'jobs' could not be told");
		assertThat(worker.stop()).isCompleted();
	}

	@Test
	void theEndOfTheLayerIsNoError() {
		bring("a", 0);
		this.source.failure = new RejectedExecutionException("expected by the test");
		work(this::handle);
		assertThat(this.log.messages()).isEmpty();
		assertThat(this.handled).containsExactly("a");
	}

	@Test
	void aSourceThatFailsToGiveIsAskedAgain() {
		this.source.nextFailure = new IllegalStateException("expected by the test");
		work(this::handle);
		assertThat(this.log.messages())
			.containsExactly("Events of worker channel 'jobs' could not be handed to workers");
		this.source.nextFailure = null;
		bring("a", 0);
		this.pool.dispatch();
		assertThat(this.handled).containsExactly("a");
	}

	@Test
	void stopWaitsUntilNothingIsLeftOfIt() {
		WorkerSubscription worker = work(this::handle);
		CompletableFuture<Void> left = new CompletableFuture<>();
		this.source.left = left;
		CompletableFuture<Void> stopped = worker.stop().toCompletableFuture();
		assertThat(stopped).isNotDone();
		left.completeExceptionally(new IllegalStateException("expected by the test"));
		assertThat(stopped).isCompleted();
		assertThat(worker.stop()).isSameAs(stopped);
		assertThat(this.source.told).containsOnlyOnce("left");
	}

	@Test
	void stopWaitsForTheAcknowledgement() {
		CompletableFuture<Void> end = new CompletableFuture<>();
		CompletableFuture<Void> acknowledged = new CompletableFuture<>();
		bring("a", 0);
		WorkerSubscription worker = work((event) -> end);
		this.source.settled = acknowledged;
		CompletableFuture<Void> stopped = worker.stop().toCompletableFuture();
		end.complete(null);
		assertThat(stopped).isNotDone();
		acknowledged.complete(null);
		assertThat(stopped).isCompleted();
	}

	private WorkerSubscription work(Function<SharedEvent, CompletionStage<?>> handler) {
		return this.pool.work(TWICE, handler);
	}

	private CompletionStage<?> handle(SharedEvent event) {
		this.handled.add(event.type());
		return CompletableFuture.completedStage(null);
	}

	private void bring(String type, int attempts) {
		this.source.jobs.add(new FakeJob(this.test.share(Event.of(type)), attempts));
	}

	private static final class FakeJob extends Job {

		private final SharedEvent event;

		FakeJob(SharedEvent event, int attempts) {
			super(attempts);
			this.event = event;
		}

		@Override
		public SharedEvent event() {
			return this.event;
		}

		@Override
		public String toString() {
			return this.event.type();
		}

	}

	/**
	 * Remembers what it is told.
	 */
	private static final class FakeSource implements JobSource<FakeJob> {

		private final Deque<FakeJob> jobs = new ArrayDeque<>();

		private final List<String> told = new ArrayList<>();

		private RuntimeException failure;

		private RuntimeException nextFailure;

		private CompletionStage<?> settled = CompletableFuture.completedStage(null);

		private CompletionStage<?> left = CompletableFuture.completedStage(null);

		@Override
		public FakeJob next() {
			if (this.nextFailure != null) {
				throw this.nextFailure;
			}
			return this.jobs.poll();
		}

		@Override
		public void wanted(int workers) {
			this.told.add("wanted " + workers);
		}

		@Override
		public CompletionStage<?> acknowledge(FakeJob job) {
			tell("acknowledge " + job + " " + job.attempts());
			return this.settled;
		}

		@Override
		public void retry(FakeJob job, Duration pause) {
			tell("retry " + job + " " + job.attempts() + " " + pause);
		}

		@Override
		public CompletionStage<?> bury(FakeJob job, String error) {
			tell("bury " + job + " " + job.attempts() + " " + error);
			return this.settled;
		}

		private void tell(String what) {
			this.told.add(what);
			if (this.failure != null) {
				throw this.failure;
			}
		}

		@Override
		public void joined() {
			this.told.add("joined");
		}

		@Override
		public CompletionStage<?> left() {
			this.told.add("left");
			return this.left;
		}

	}

}
