package dev.channels.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.OnEvent;
import dev.channels.connection.ManualExecutor;
import dev.channels.layer.Failures;
import dev.channels.layer.UndecodableEventException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.MessageExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WorkerConsumer}.
 */
class WorkerConsumerTests {

	private final ManualExecutor executor = new ManualExecutor();

	private final TestContext test = new TestContext(Jobs.class).executor(this.executor);

	private WorkerConsumer worker;

	@BeforeEach
	void start() {
		Jobs.handled.clear();
		this.worker = this.test.work("jobs");
	}

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void handlesAnEventOnTheExecutor() {
		CompletableFuture<?> stage = handle(new Job("a"));
		assertThat(Jobs.handled).isEmpty();
		assertThat(stage).isNotCompleted();
		this.executor.runAll();
		assertThat(Jobs.handled).containsExactly("a");
		assertThat(stage).isCompleted();
	}

	@Test
	void theEventIsHandledWhenTheReturnedStageIs() {
		CompletableFuture<?> stage = handle(Event.of("later"));
		this.executor.runAll();
		assertThat(stage).isNotCompleted();
		Jobs.later.complete("ignored");
		this.executor.runAll();
		assertThat(stage).isCompleted();
	}

	@Test
	void failsWithTheHandler() {
		assertThat(failureOf(new Job("broken"))).isInstanceOf(ArithmeticException.class).hasMessage("broken");
		assertThat(failureOf(new Job("error"))).isInstanceOf(StackOverflowError.class);
	}

	@Test
	void failsWithTheReturnedStage() {
		CompletableFuture<?> stage = handle(Event.of("later"));
		this.executor.runAll();
		Jobs.later.completeExceptionally(new ArithmeticException("broken"));
		this.executor.runAll();
		assertThat(rootOf(stage)).isInstanceOf(ArithmeticException.class);
	}

	@Test
	void aFailureThatIsHandledIsNone() {
		CompletableFuture<?> stage = handle(new Job("handled"));
		this.executor.runAll();
		assertThat(stage).isCompleted();
		assertThat(Jobs.handled).containsExactly("exception handled");
	}

	@Test
	void anEventThatNobodyHandlesNeverWillBe() {
		assertThat(failureOf(Event.of("unknown", Map.of("text", "s3cr3t"))))
			.isInstanceOf(UndecodableEventException.class)
			.hasMessage("event 'unknown', which consumer 'jobs' does not handle");
	}

	@Test
	void anEventThatCannotBeReadNeverWillBe() {
		assertThat(failureOf(Event.of("job", Map.of("name", List.of("s3cr3t")))))
			.isInstanceOf(UndecodableEventException.class)
			.hasMessage("event 'job' whose payload cannot be read as " + Job.class.getName());
	}

	@Test
	void hasAnInstanceOfItsOwnThatIsDestroyed() {
		WorkerConsumer other = this.test.work("jobs");
		handle(Event.of("count"));
		handle(Event.of("count"));
		other.handle(this.test.layer.share(Event.of("count")));
		this.executor.runAll();
		assertThat(Jobs.handled).containsExactly("1", "2", "1");
		Jobs.handled.clear();
		this.worker.destroy();
		assertThat(Jobs.handled).containsExactly("closed after 2");
	}

	@Test
	void saysWhoItIs() {
		assertThat(this.worker).hasToString("worker 'jobs'");
	}

	private CompletableFuture<?> handle(Object event) {
		return this.worker.handle(this.test.layer.share(event)).toCompletableFuture();
	}

	private Throwable failureOf(Object event) {
		CompletableFuture<?> stage = handle(event);
		this.executor.runAll();
		return rootOf(stage);
	}

	private static Throwable rootOf(CompletableFuture<?> stage) {
		assertThat(stage).failsWithin(Duration.ZERO);
		Throwable failure = stage.handle((result, ex) -> ex).join();
		return Failures.unwrap(failure);
	}

	@EventType("job")
	record Job(String name) {

	}

	@Consumer("jobs")
	static class Jobs implements AutoCloseable {

		static final List<String> handled = new ArrayList<>();

		static CompletableFuture<String> later;

		private int count;

		@OnEvent
		void job(Job job) {
			switch (job.name()) {
				case "broken" -> throw new ArithmeticException("broken");
				case "error" -> throw new StackOverflowError();
				case "handled" -> throw new IllegalStateException("handled");
				default -> handled.add(job.name());
			}
		}

		@OnEvent("later")
		CompletionStage<String> later() {
			later = new CompletableFuture<>();
			return later;
		}

		@OnEvent("count")
		void count() {
			handled.add("" + ++this.count);
		}

		@MessageExceptionHandler
		void handle(IllegalStateException ex) {
			handled.add("exception " + ex.getMessage());
		}

		@Override
		public void close() {
			if (this.count > 0) {
				handled.add("closed after " + this.count);
			}
		}

	}

}
