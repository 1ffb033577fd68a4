package dev.channels.consumer;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.channels.ChannelsConfigurationException;
import dev.channels.CloseStatus;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

import org.springframework.messaging.handler.annotation.MessageExceptionHandler;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of what handlers return, by {@link ConsumerCalls}.
 */
class HandlerResultsTests {

	private static final String HERE = HandlerResultsTests.class.getName() + "$";

	private final FakeConnection connection = new FakeConnection();

	private final TestContext test = new TestContext(Reactive.class, Worker.class, Shapes.class, ManyOnConnect.class,
			ManyOnDisconnect.class, ManyOnException.class, ManyInWorker.class, Dynamic.class);

	@BeforeEach
	void reset() {
		Reactive.sink = Sinks.one();
	}

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void aSingleValueIsAwaitedByConnectAndBecomesTheFirstMessage() throws Exception {
		CompletableFuture<?> connecting = stage(handler().connect());
		assertThat(connecting).isNotDone();
		assertThat(this.connection.sent()).isEmpty();
		Reactive.sink.tryEmitValue("welcome");
		assertThat(connecting).isCompleted();
		assertThat(this.connection.sent()).containsExactly("welcome");
	}

	@Test
	void aSingleValueThatFailsRefuses() throws Exception {
		CompletableFuture<?> connecting = stage(handler().connect());
		IllegalStateException failure = new IllegalStateException();
		Reactive.sink.tryEmitError(failure);
		assertThatExceptionOfType(Exception.class).isThrownBy(connecting::join)
			.withRootCauseInstanceOf(failure.getClass());
		assertThat(this.connection.failures()).isEmpty();
	}

	@Test
	void aSingleValueHoldsWhatFollows() throws Exception {
		CompletableFuture<?> received = stage(handler().receive(ClientMessage.text("a")));
		CompletableFuture<?> event = stage(handler().event(this.test.layer.share(Event.of("e"))));
		assertThat(received).isNotDone();
		assertThat(event).isNotDone();
		Reactive.sink.tryEmitEmpty();
		assertThat(received).isCompleted();
		assertThat(event).isCompleted();
		assertThat(this.connection.sent()).isEmpty();
	}

	@Test
	void aSingleValueThatFailsGoesToTheExceptionHandler() throws Exception {
		CompletableFuture<?> received = stage(handler().receive(ClientMessage.text("a")));
		Reactive.sink.tryEmitError(new ArithmeticException("late"));
		assertThat(received).isCompleted();
		assertThat(this.connection.sent()).containsExactly("handled late");
	}

	@Test
	void aSingleValueRunsToItsEndOnDisconnect() throws Exception {
		ConnectionHandler handler = handler();
		this.connection.end();
		CompletableFuture<?> disconnecting = stage(handler.disconnect(CloseStatus.NORMAL));
		assertThat(disconnecting).isNotDone();
		Reactive.sink.tryEmitValue("gone");
		assertThat(disconnecting).isCompleted();
		assertThat(this.connection.sent()).as("there is no client").isEmpty();
	}

	@Test
	void aWorkerAwaitsASingleValue() {
		CompletableFuture<?> handled = stage(this.test.work("worker").handle(this.test.layer.share(Event.of("job"))));
		assertThat(handled).isNotDone();
		Reactive.sink.tryEmitValue("done");
		assertThat(handled).isCompleted();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					many-on-connect | @OnConnect handler %ManyOnConnect.connect returns Flux, but a handshake is decided once | Return void, or a CompletionStage or Mono; send several messages with Connection.send.
					many-on-disconnect | @OnDisconnect handler %ManyOnDisconnect.disconnect returns Stream, but there is no client to send it to | Return void, or a CompletionStage or Mono, which runs to its end.
					many-on-exception | @MessageExceptionHandler handler %ManyOnException.handle returns Flux, but an exception is answered once | Return a List, or a CompletionStage or Mono of one.
					""")
	void manyValuesWhereOneIsAllThatMakesSenseStopTheStart(String consumer, String problem, String action) {
		assertRefused(() -> this.test.serve(consumer, this.connection), problem.replace("%", HERE), action);
	}

	@Test
	void manyValuesInAWorkerStopTheStart() {
		assertRefused(() -> this.test.work("many-in-worker"),
				"@OnEvent handler " + HERE + "ManyInWorker.job returns Flux, but a worker has no client to send it to",
				"Return void, or a CompletionStage or Mono to acknowledge the event later; send results with "
						+ "Channels.group(..).send(..).");
	}

	@Test
	void whatTheTypeDoesNotTellIsDecidedByTheSameRules() throws Exception {
		ConnectionHandler handler = this.test.serve("dynamic", this.connection);
		assertThatExceptionOfType(ChannelsConfigurationException.class).isThrownBy(handler::connect)
			.withMessage("@OnConnect handler " + HERE
					+ "Dynamic.connect returns FluxArray, but a handshake is decided once");
		handler.receive(ClientMessage.text("mono"));
		handler.receive(ClientMessage.text("flux"));
		assertThat(this.connection.sent()).containsExactly("m", 1, 2);
	}

	@Test
	void errorsGoToTheExceptionHandlerToo() throws Exception {
		ConnectionHandler handler = this.test.serve("dynamic", this.connection);
		handler.receive(ClientMessage.text("error"));
		assertThat(this.connection.sent()).containsExactly("handled error");
	}

	@ParameterizedTest
	@CsvSource({ "list, '[{\"@type\":\"Circle\",\"r\":1}]'", "stage, '[{\"@type\":\"Circle\",\"r\":1}]'",
			"stream, '[{\"@type\":\"Circle\",\"r\":1}]'", "flux, '[{\"@type\":\"Circle\",\"r\":1}]'",
			"map, '{\"a\":{\"@type\":\"Circle\",\"r\":1}}'", "one, '{\"@type\":\"Circle\",\"r\":1}'",
			"box, '{\"content\":{\"@type\":\"Circle\",\"r\":1}}'" })
	void containersKeepTheTypeIdsOfTheirElements(String type, String json) throws Exception {
		ConnectionHandler handler = this.test.serve("shapes", this.connection);
		handler.receive(ClientMessage.text("{\"type\":\"" + type + "\"}"));
		assertThat(this.connection.json()).containsExactly(json);
	}

	private ConnectionHandler handler() {
		return this.test.serve("reactive", this.connection);
	}

	private static CompletableFuture<?> stage(CompletionStage<?> stage) {
		assertThat(stage).isNotNull();
		return stage.toCompletableFuture();
	}

	@Consumer("reactive")
	static class Reactive {

		static Sinks.One<String> sink = Sinks.one();

		@OnConnect
		Mono<String> connect() {
			return sink.asMono();
		}

		@OnReceive
		Mono<Void> receive(String text) {
			return sink.asMono().then();
		}

		@OnEvent("e")
		Mono<Void> event() {
			return sink.asMono().then();
		}

		@OnDisconnect
		Mono<String> disconnect() {
			return sink.asMono();
		}

		@MessageExceptionHandler
		Mono<String> handle(ArithmeticException ex) {
			return Mono.just("handled " + ex.getMessage());
		}

	}

	@Consumer("worker")
	static class Worker {

		@OnEvent("job")
		Mono<String> job() {
			return Reactive.sink.asMono();
		}

	}

	@Consumer("many-on-connect")
	static class ManyOnConnect {

		@OnConnect
		Flux<String> connect() {
			return Flux.empty();
		}

	}

	@Consumer("many-on-disconnect")
	static class ManyOnDisconnect {

		@OnDisconnect
		CompletionStage<Stream<String>> disconnect() {
			return CompletableFuture.completedStage(Stream.of());
		}

	}

	@Consumer("many-on-exception")
	static class ManyOnException {

		@MessageExceptionHandler
		Flux<String> handle(IllegalStateException ex) {
			return Flux.empty();
		}

	}

	@Consumer("many-in-worker")
	static class ManyInWorker {

		@OnEvent("job")
		Flux<String> job() {
			return Flux.empty();
		}

	}

	@Consumer("dynamic")
	static class Dynamic {

		@OnConnect
		Object connect() {
			return Flux.just(1, 2);
		}

		@OnReceive
		Object receive(String text) {
			return switch (text) {
				case "mono" -> Mono.just("m");
				case "flux" -> Flux.just(1, 2);
				default -> throw new AssertionError(text);
			};
		}

		@MessageExceptionHandler
		String handle(Error ex) {
			return "handled " + ex.getMessage();
		}

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME)
	sealed interface Shape {

	}

	record Circle(int r) implements Shape {

	}

	record Box<T>(T content) {

	}

	@Consumer("shapes")
	static class Shapes {

		@OnReceive("list")
		List<Shape> list() {
			return List.of(new Circle(1));
		}

		@OnReceive("stage")
		CompletionStage<List<Shape>> stage() {
			return CompletableFuture.completedStage(List.of(new Circle(1)));
		}

		@OnReceive("stream")
		Stream<List<Shape>> stream() {
			return Stream.of(List.of(new Circle(1)));
		}

		@OnReceive("flux")
		Flux<List<Shape>> flux() {
			return Flux.just(List.of(new Circle(1)));
		}

		@OnReceive("map")
		Map<String, Shape> map() {
			return Map.of("a", new Circle(1));
		}

		@OnReceive("one")
		Shape one() {
			return new Circle(1);
		}

		@OnReceive("box")
		Box<Shape> box() {
			return new Box<>(new Circle(1));
		}

	}

}
