package dev.channels.consumer;

import java.io.InputStream;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.channels.ChannelsConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.Resource;
import org.springframework.http.ResponseEntity;
import org.springframework.messaging.Message;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ResultTypes}.
 */
class ResultTypesTests {

	private final ResultTypes types = new ResultTypes(TestContext.MAPPER);

	@ParameterizedTest
	@CsvSource({ "nothing, NOTHING, ", "boxedNothing, NOTHING, ", "text, VALUE, ", "list, VALUE, ",
			"anything, UNKNOWN, ", "stage, STAGE, VALUE", "future, STAGE, VALUE", "ownFuture, STAGE, VALUE",
			"wild, STAGE, UNKNOWN", "raw, STAGE, UNKNOWN", "stageOfStream, STAGE, STREAM", "mono, STAGE, VALUE",
			"monoOfNothing, STAGE, NOTHING", "flux, PUBLISHER, VALUE", "publisher, PUBLISHER, VALUE",
			"flow, PUBLISHER, VALUE", "stream, STREAM, VALUE", "ints, STREAM, VALUE" })
	void areDecidedByTheReturnType(String method, ResultType.Kind kind, ResultType.Kind content) {
		ResultType type = typeOf(method);
		assertThat(type.kind()).isEqualTo(kind);
		if (content != null) {
			assertThat(type.content().kind()).isEqualTo(content);
		}
	}

	@Test
	void valuesOfUnknownTypesAreDecidedByTheSameRules() {
		assertThat(this.types.ofValue("a", "h").kind()).isEqualTo(ResultType.Kind.VALUE);
		assertThat(this.types.ofValue(Mono.just(1), "h").kind()).isEqualTo(ResultType.Kind.STAGE);
		assertThat(this.types.ofValue(Flux.just(1), "h").kind()).isEqualTo(ResultType.Kind.PUBLISHER);
		assertThat(this.types.ofValue(Stream.of(1), "h").kind()).isEqualTo(ResultType.Kind.STREAM);
		assertThat(this.types.ofValue(new CompletableFuture<>(), "h").kind()).isEqualTo(ResultType.Kind.STAGE);
		assertThatExceptionOfType(ChannelsConfigurationException.class)
			.isThrownBy(() -> this.types.ofValue(ResponseEntity.ok().build(), "h"))
			.withMessage("h returns ResponseEntity, which means nothing for a WebSocket message");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			entity | ResponseEntity  | Return its body; to refuse, throw a ResponseStatusException.
			deferred | DeferredResult | Return a CompletableFuture, which is awaited.
			oldFuture | Future       | Return a CompletableFuture, which is awaited.
			callable | Callable      | Return the value itself: handlers run on threads of their own, and may block.
			emitter | SseEmitter | Return a Stream or a Publisher, or call Connection.send for each message.
			message | Message        | Return its payload.
			resource | Resource      | Return its content as byte[] or String.
			input | InputStream      | Return its content as byte[] or String.
			monoOfEntity | ResponseEntity | Return its body; to refuse, throw a ResponseStatusException.
			""")
	void whatMeansSomethingElsewhereIsRefused(String method, String name, String action) {
		assertRefused(() -> typeOf(method), "h returns " + name + ", which means nothing for a WebSocket message",
				action);
	}

	@Test
	void whatNobodyAwaitsIsRefused() {
		assertRefused(() -> typeOf("fluxOfMono"), "h returns Flux of Mono, but nobody awaits its elements",
				"Flatten it, so that its elements are what is sent.");
		assertRefused(() -> typeOf("streamOfFutures"),
				"h returns Stream of CompletableFuture, but nobody awaits its elements",
				"Flatten it, so that its elements are what is sent.");
	}

	@Test
	void whatComesOutOfAStageMayBeMany() {
		assertThat(typeOf("stageOfStream").many()).isNotNull().extracting(ResultType::name).isEqualTo("Stream");
		assertThat(typeOf("stage").many()).isNull();
	}

	@Test
	void aValueIsWrittenAsItsOwnClassUnlessThatDoesNotTell() {
		assertThat(typeOf("text").writerOf("a")).isNull();
		assertThat(typeOf("list").writerOf(List.of("a"))).isNotNull();
		assertThat(typeOf("box").writerOf(new Box<>(1))).isNotNull();
		assertThat(typeOf("box").writerOf(new BigBox<>(1))).as("it has more properties").isNull();
	}

	@Test
	void aSingleValueIsTheFirstAndComesWhenThePublisherIsDone() {
		List<String> signals = new CopyOnWriteArrayList<>();
		CompletableFuture<?> stage = (CompletableFuture<?>) typeOf("mono").adapt(
				Mono.just("a").doOnCancel(() -> signals.add("cancel")).doOnSuccess((value) -> signals.add("success")));
		assertThat(stage).isCompletedWithValueMatching("a"::equals);
		assertThat(signals).containsExactly("success");
		IllegalStateException failure = new IllegalStateException();
		assertThat((CompletableFuture<?>) typeOf("mono").adapt(Mono.error(failure))).failsWithin(Duration.ZERO)
			.withThrowableThat()
			.withCause(failure);
	}

	private ResultType typeOf(String name) {
		Method method = TestHandlers.method(Returning.class, name);
		return this.types.of(method.getGenericReturnType(), "h");
	}

	static class OwnFuture extends CompletableFuture<String> {

	}

	static class Box<T> {

		public final T content;

		Box(T content) {
			this.content = content;
		}

	}

	static class BigBox<T> extends Box<T> {

		public final int size = 9;

		BigBox(T content) {
			super(content);
		}

	}

	@SuppressWarnings("rawtypes")
	interface Returning {

		void nothing();

		Void boxedNothing();

		String text();

		List<String> list();

		Box<Integer> box();

		Object anything();

		CompletionStage<String> stage();

		CompletableFuture<String> future();

		OwnFuture ownFuture();

		CompletionStage<?> wild();

		CompletionStage raw();

		CompletionStage<Stream<String>> stageOfStream();

		Mono<String> mono();

		Mono<Void> monoOfNothing();

		Mono<ResponseEntity<String>> monoOfEntity();

		Flux<String> flux();

		Publisher<String> publisher();

		Flow.Publisher<String> flow();

		Stream<String> stream();

		IntStream ints();

		Flux<Mono<String>> fluxOfMono();

		Stream<CompletableFuture<String>> streamOfFutures();

		ResponseEntity<String> entity();

		DeferredResult<String> deferred();

		Future<String> oldFuture();

		Callable<String> callable();

		SseEmitter emitter();

		Message<String> message();

		Resource resource();

		InputStream input();

	}

}
