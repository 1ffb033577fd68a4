package dev.channels.consumer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.channels.connection.ManualExecutor;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of {@link PublisherReply}.
 */
class PublisherReplyTests {

	private final FakeConnection connection = new FakeConnection();

	private final ManualExecutor executor = new ManualExecutor();

	private final ExecutorService threads = Executors.newFixedThreadPool(4);

	private final List<Long> requested = new ArrayList<>();

	private final AtomicInteger cancelled = new AtomicInteger();

	@AfterEach
	void shutDown() {
		this.threads.shutdownNow();
	}

	@Test
	void sendsElementsOfPublishersOfAnyKind() {
		send(Flux.just("a", "b"));
		send((Publisher<String>) Flux.just("d")::subscribe);
		assertThat(this.connection.sent()).containsExactly("a", "b", "d");
		assertThat(this.connection.endActions()).isZero();
	}

	@Test
	void sendsElementsOfTheJdksPublishers() {
		try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>(Runnable::run, 8)) {
			send(publisher);
			publisher.submit(1);
			publisher.submit(2);
		}
		assertThat(this.connection.sent()).containsExactly(1, 2);
		assertThat(this.connection.endActions()).isZero();
	}

	@Test
	void subscribesOnTheExecutor() {
		send(observed(Flux.just(1)), this.executor);
		assertThat(this.requested).isEmpty();
		this.executor.runAll();
		assertThat(this.connection.sent()).containsExactly(1);
	}

	@Test
	void asksForOneAtATimeAndNotBeforeTheClientReads() {
		this.connection.window(2);
		send(observed(Flux.range(1, 10)), this.executor);
		this.executor.runAll();
		assertThat(this.connection.sent()).containsExactly(1, 2);
		assertThat(this.requested).containsExactly(1L, 1L);
		this.connection.read(1);
		assertThat(this.requested).as("not on the thread of the client").hasSize(2);
		this.executor.runAll();
		assertThat(this.connection.sent()).containsExactly(1, 2, 3);
		assertThat(this.requested).containsExactly(1L, 1L, 1L);
	}

	@Test
	void theConsumerIsToldOfAFailure() {
		RuntimeException failure = new IllegalStateException("broken");
		send(Flux.concat(Flux.just(1), Flux.error(failure)));
		assertThat(this.connection.sent()).containsExactly(1);
		assertThat(this.connection.failures()).containsExactly(failure);
		assertThat(this.connection.endActions()).isZero();
	}

	@Test
	void aPublisherThatCannotBeSubscribedToIsAFailure() {
		RuntimeException failure = new IllegalStateException("broken");
		send((Publisher<String>) (subscriber) -> {
			throw failure;
		});
		assertThat(this.connection.failures()).containsExactly(failure);
		assertThat(this.connection.endActions()).isZero();
	}

	@Test
	void anElementThatCannotBeSentCancelsAndIsAFailure() {
		RuntimeException failure = new IllegalArgumentException("no JSON");
		this.connection.refusing(failure);
		send(observed(Flux.range(1, 10)));
		assertThat(this.connection.failures()).containsExactly(failure);
		assertThat(this.cancelled).hasValue(1);
		assertThat(this.requested).containsExactly(1L);
	}

	@Test
	void isForgottenWhenAnElementCannotBeSent() {
		this.connection.refusing(new IllegalArgumentException("no JSON"));
		send(Flux.range(1, 10));
		assertThat(this.connection.endActions()).isZero();
	}

	@Test
	void isCancelledOnTheExecutorWhenTheClientGoes() {
		Sinks.Many<Integer> sink = Sinks.many().unicast().onBackpressureBuffer();
		send(observed(sink.asFlux()), this.executor);
		this.executor.runAll();
		sink.tryEmitNext(1);
		this.connection.end();
		assertThat(this.cancelled).hasValue(0);
		sink.tryEmitNext(2);
		this.executor.runAll();
		assertThat(this.cancelled).hasValue(1);
		assertThat(this.connection.sent()).containsExactly(1);
	}

	@Test
	void isCancelledWhenTheClientHasGoneBefore() {
		this.connection.end();
		send(observed(Flux.just(1)), this.executor);
		this.executor.runAll();
		assertThat(this.cancelled).hasValue(1);
		assertThat(this.requested).isEmpty();
		assertThat(this.connection.sent()).isEmpty();
	}

	@Test
	void isCancelledWhenTheClientGoesBeforeTheSubscription() {
		send(observed(Flux.never()), this.executor);
		this.connection.end();
		this.executor.runAll();
		assertThat(this.cancelled).hasValue(1);
		assertThat(this.requested).isEmpty();
	}

	@Test
	void isCancelledWhenTheClientGoesWhileItWaits() {
		this.connection.window(1);
		send(observed(Flux.range(1, 10)));
		this.connection.end();
		assertThat(this.cancelled).hasValue(1);
		assertThat(this.connection.sent()).containsExactly(1);
	}

	@RepeatedTest(50)
	void isCancelledOnceAndInOrderHoweverTheEndAndTheClientRace() {
		this.connection.window(1);
		Flux<Integer> endless = Flux.<Integer, Integer>generate(() -> 1, (number, sink) -> {
			sink.next(number);
			return number + 1;
		}).doOnCancel(this.cancelled::incrementAndGet).subscribeOn(Schedulers.fromExecutor(this.threads));
		send(endless, this.threads);
		CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> {
			for (int i = 0; i < 200; i++) {
				this.connection.read(1);
			}
		}, this.threads);
		patiently().until(() -> this.connection.sent().size() >= 20);
		this.connection.end();
		patiently().until(() -> this.cancelled.get() > 0);
		reader.orTimeout(10, TimeUnit.SECONDS).join();
		assertThat(this.cancelled).hasValue(1);
		List<Object> sent = this.connection.sent();
		assertThat(sent).isEqualTo(IntStream.rangeClosed(1, sent.size()).boxed().toList());
		assertThat(this.connection.failures()).isEmpty();
	}

	@Test
	void endsAnEndlessPublisherWhenTheConnectionIsClosing() {
		this.connection.closing();
		send(observed(Flux.<Integer>generate((sink) -> sink.next(1))), this.executor);
		this.executor.runAll();
		assertThat(this.cancelled).hasValue(1);
		assertThat(this.connection.sent()).isEmpty();
		assertThat(this.connection.endActions()).isZero();
	}

	@Test
	void errorsOfASubscriptionAreFailures() {
		StackOverflowError failure = new StackOverflowError();
		send((Publisher<String>) (subscriber) -> {
			throw failure;
		});
		assertThat(this.connection.failures()).containsExactly(failure);
	}

	private void send(Object publisher) {
		send(publisher, Runnable::run);
	}

	private void send(Object publisher, Executor executor) {
		ResultType type = new ResultTypes(TestContext.MAPPER).ofValue(publisher, "a handler");
		PublisherReply.start(type.adapt(publisher), type.content(), this.connection, executor);
	}

	private <T> Flux<T> observed(Flux<T> flux) {
		return flux.doOnRequest(this.requested::add).doOnCancel(this.cancelled::incrementAndGet);
	}

	private static ConditionFactory patiently() {
		return await().atMost(10, TimeUnit.SECONDS).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
	}

}
