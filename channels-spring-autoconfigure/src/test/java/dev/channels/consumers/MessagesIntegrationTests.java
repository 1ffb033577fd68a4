package dev.channels.consumers;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.InvalidMessageException;
import dev.channels.OnReceive;
import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.NotBlank;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ControllerAdvice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What clients send, what handlers return, and what becomes of exceptions.
 */
@ExtendWith(OutputCaptureExtension.class)
class MessagesIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Echo.class, Typed.class, Returns.class, Errors.class, Advice.class, Strict.class)
			.route("/ws/echo", "echo")
			.route("/ws/typed", "typed")
			.route("/ws/returns", "returns", "connection.outbound-limit=32KB")
			.route("/ws/errors", "errors")
			.route("/ws/strict", "strict")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void textAndBinary() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/echo")) {
			assertThat(client.send("grüße \uD83D\uDE00").readText()).isEqualTo("grüße \uD83D\uDE00");
			assertThat(client.send("").readText()).isEmpty();
			Frame binary = client.send(Frame.BINARY, true, new byte[] { 1, 2, 3 }).readMessage();
			assertThat(binary.opcode()).isEqualTo(Frame.BINARY);
			assertThat(binary.payload()).containsExactly(3, 2, 1);
			assertThat(client.send(Frame.BINARY, true, new byte[0]).readMessage().payload()).isEmpty();
		}
	}

	@Test
	void largeAndFragmentedMessages() throws Exception {
		String large = "\uD83D\uDE00ä".repeat(1024 * 1024 / 6);
		byte[] bytes = large.getBytes(StandardCharsets.UTF_8);
		try (RawClient client = RawClient.open(server, "/ws/echo")) {
			assertThat(client.send(large).readText()).isEqualTo(large);
			int third = bytes.length / 3;
			client.send(Frame.TEXT, false, Arrays.copyOfRange(bytes, 0, third));
			client.send(Frame.PING, true, new byte[] { 7 });
			client.send(Frame.CONTINUATION, false, new byte[0]);
			client.send(Frame.CONTINUATION, false, Arrays.copyOfRange(bytes, third, 2 * third));
			client.send(Frame.CONTINUATION, true, Arrays.copyOfRange(bytes, 2 * third, bytes.length));
			Frame pong = client.readFrame();
			assertThat(pong.opcode()).isEqualTo(Frame.PONG);
			assertThat(pong.payload()).containsExactly(7);
			assertThat(client.readText()).isEqualTo(large);
			client.send(Frame.BINARY, true, new byte[1024 * 1024]);
			assertThat(client.readMessage().payload()).hasSize(1024 * 1024);
		}
	}

	@Test
	void messageOverTheLimitCloses1009() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/echo")) {
			client.send(Frame.TEXT, true, new byte[1024 * 1024 + 1]);
			assertThat(client.readClose().closeCode()).isEqualTo(1009);
		}
		try (RawClient client = RawClient.open(server, "/ws/echo")) {
			client.send(Frame.BINARY, false, new byte[1024 * 1024]);
			client.send(Frame.CONTINUATION, true, new byte[1]);
			assertThat(client.readClose().closeCode()).isEqualTo(1009);
		}
	}

	@Test
	void limitCountsBytesNotCharacters() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/echo")) {
			client.send("ä".repeat(512 * 1024)).readText();
			client.send("ä".repeat(512 * 1024) + "x");
			assertThat(client.readClose().closeCode()).isEqualTo(1009);
		}
	}

	@Test
	void invalidUtf8Closes1007() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/echo")) {
			client.send(Frame.TEXT, true, new byte[] { 'a', (byte) 0xC3, '(' });
			assertThat(client.readClose().closeCode()).isEqualTo(1007);
		}
	}

	@Test
	void unmaskedFrameCloses1002() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/echo")) {
			client.sendBytes(Frame.encode(Frame.TEXT, true, false, new byte[] { 'a' }));
			assertThat(client.readClose().closeCode()).isEqualTo(1002);
		}
	}

	@Test
	void halfASurrogatePairIsRepaired() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/typed")) {
			client.send("{\"type\":\"sum\",\"text\":\"\\ud800\",\"a\":1,\"b\":2}");
			assertThat(client.readText()).isEqualTo("{\"text\":\"\uFFFD\",\"sum\":3}");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"type":"sum","text":"t","a":1,"b":2.5}   | {"text":"t","sum":3.5}
			{"a":1,"b":2,"type":"sum","x":{"type":9}} | {"text":null,"sum":3}
			{"type":"raw","any":[1,2]}                | raw {"type":"raw","any":[1,2]}
			{"type":"two"}                            | one or two
			{"type":"one"}                            | one or two
			{"type":"three"}                          | else {"type":"three"}
			{"no":"type"}                             | else {"no":"type"}
			{"type":5}                                | else {"type":5}
			[1]                                       | else [1]
			""")
	void messageTypeChoosesTheHandler(String message, String answer) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/typed")) {
			assertThat(client.send(message).readText()).isEqualTo(answer);
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			nothing      |
			null         |
			text         | text
			json         | {"a":[1,null]}
			stage        | from a stage
			stage-json   | {"a":1}
			empty-stage  |
			""")
	void returnedValueIsSent(String what, String answer) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			client.send(what);
			if (answer != null) {
				assertThat(client.readText()).isEqualTo(answer);
			}
			// publishers are not waited for
			assertThat(client.send("end").readText()).isEqualTo("the end");
		}
	}

	/**
	 * The next message does not wait for a publisher of many, which may have no end.
	 */
	@Test
	void whatAReturnedPublisherEmitsIsSent() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			assertThat(client.send("mono").readText()).isEqualTo("from a mono");
		}
	}

	@Test
	void returnedBytesAreSentAsBinary() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			assertThat(client.send("bytes").readMessage().payload()).containsExactly(1, 2);
			assertThat(client.send("buffer").readMessage().payload()).containsExactly(3, 4);
		}
	}

	@ParameterizedTest
	@CsvSource({ "stream", "flux", "flow", "int-stream" })
	void elementsAreSentOneByOne(String what) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			client.send(what);
			for (int i = 0; i < 1000; i++) {
				assertThat(client.readText()).isEqualTo(what.equals("int-stream") ? "" + i : "element " + i);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "endless-stream", "endless-flux", "blocking-stream" })
	void endlessAnswersStopWhenTheClientGoes(String what) throws Exception {
		Returns.closed.set(false);
		try (RawClient client = RawClient.open(server, "/ws/returns")) {
			client.send(what);
			client.readText();
			// other messages are handled beside it
			client.send("end");
			String text = client.readText();
			while (!text.equals("the end")) {
				text = client.readText();
			}
		}
		await().until(Returns.closed::get);
		await().untilAsserted(() -> assertThat(server.connections()).isZero());
	}

	@Test
	void endlessAnswersWaitForAClientThatDoesNotRead() throws Exception {
		Returns.produced.set(0);
		try (RawClient client = RawClient.openDeaf(server, "/ws/returns")) {
			client.send("counted-flux");
			await().until(() -> Returns.produced.get() > 10);
			int[] last = { -1 };
			await().pollInterval(java.time.Duration.ofMillis(500)).until(() -> {
				int count = Returns.produced.get();
				boolean same = count == last[0];
				last[0] = count;
				return same;
			});
			assertThat(Returns.produced.get()).isLessThan(20_000);
			for (int i = 0; i < 1000; i++) {
				client.readText();
			}
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			state     | consumer: IllegalStateException
			argument  | advice: IllegalArgumentException
			cause     | consumer: cause NumberFormatException
			async     | consumer: IllegalStateException
			stream    | consumer: IllegalStateException
			flux      | consumer: IllegalStateException
			""")
	void exceptionsGoToTheConsumerFirstAndThenToTheAdvice(String what, String answer) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/errors")) {
			assertThat(client.send("\"" + what + "\"").readText()).isEqualTo(answer);
			assertThat(client.send("\"fine\"").readText()).isEqualTo("fine");
		}
	}

	@Test
	void unreadableMessagesGoToTheExceptionHandler() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/errors")) {
			assertThat(client.send("{").readText())
				.isEqualTo("consumer: 1007 a message that is no JSON (line 1, column 2)");
			client.send(Frame.BINARY, true, new byte[1]);
			assertThat(client.readText())
				.isEqualTo("consumer: 1003 a binary message, which consumer 'errors' does not handle");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{                              | 1007
			[]                             | 1007
			null                           | 1007
			{"name":"secret","age":"old"}  | 1007
			{"name":" ","age":7}           | 1008
			{"name":"secret","age":300}    | 1008
			""")
	void invalidMessagesCloseWithoutStackTraceOrPayload(String message, int code, CapturedOutput output)
			throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/strict")) {
			assertThat(client.send(message).readClose().closeCode()).isEqualTo(code);
		}
		assertThat(output.getAll()).doesNotContain("ERROR").doesNotContain("secret").doesNotContain("\tat ");
	}

	@Test
	void binaryForTextConsumerCloses1003() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/strict")) {
			client.send(Frame.BINARY, true, new byte[1]);
			assertThat(client.readClose().closeCode()).isEqualTo(1003);
		}
	}

	@Test
	void typesThatNobodyHandlesClose1008() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/strict")) {
			assertThat(client.send("{\"name\":\"a\",\"age\":7}").readText()).isEqualTo("{\"name\":\"a\",\"age\":7}");
		}
	}

	@Consumer("echo")
	static class Echo {

		@OnReceive
		String text(String text) {
			return text;
		}

		@OnReceive
		byte[] binary(byte[] bytes) {
			byte[] reversed = new byte[bytes.length];
			for (int i = 0; i < bytes.length; i++) {
				reversed[i] = bytes[bytes.length - 1 - i];
			}
			return reversed;
		}

	}

	record Sum(String text, BigDecimal a, BigDecimal b) {

	}

	record Result(String text, BigDecimal sum) {

	}

	@Consumer("typed")
	static class Typed {

		@OnReceive("sum")
		Result sum(Sum sum) {
			return new Result(sum.text(), sum.a().add(sum.b()));
		}

		@OnReceive("raw")
		String raw(String text) {
			return "raw " + text;
		}

		@OnReceive({ "one", "two" })
		String several() {
			return "one or two";
		}

		@OnReceive
		String other(String text) {
			return "else " + text;
		}

	}

	@Consumer("returns")
	static class Returns {

		static final AtomicBoolean closed = new AtomicBoolean();

		static final AtomicInteger produced = new AtomicInteger();

		@OnReceive
		Object receive(String what, Connection connection) {
			return switch (what) {
				case "text" -> new StringBuilder("text");
				case "json" -> Map.of("a", Arrays.asList(1, null));
				case "bytes" -> new byte[] { 1, 2 };
				case "buffer" -> ByteBuffer.wrap(new byte[] { 3, 4 });
				case "stage" -> CompletableFuture.supplyAsync(() -> "from a stage",
						CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
				case "stage-json" -> CompletableFuture.completedStage(Map.of("a", 1));
				case "empty-stage" -> CompletableFuture.completedStage(null);
				case "mono" -> Mono.just("from a mono").map((text) -> text);
				case "stream" -> IntStream.range(0, 1000).mapToObj((i) -> "element " + i);
				case "int-stream" -> IntStream.range(0, 1000);
				case "flux" -> Flux.range(0, 1000).map((i) -> "element " + i);
				case "flow" -> flow();
				case "endless-stream" -> Stream.generate(() -> "more").onClose(() -> closed.set(true));
				case "endless-flux" -> Flux.generate((sink) -> sink.next("more")).doOnCancel(() -> closed.set(true));
				case "blocking-stream" -> blocking();
				case "counted-flux" ->
					Flux.generate((sink) -> sink.next("n" + produced.incrementAndGet() + "x".repeat(1000)));
				case "end" -> "the end";
				default -> null;
			};
		}

		private static Stream<String> blocking() {
			LinkedBlockingQueue<String> queue = new LinkedBlockingQueue<>(List.of("first"));
			return Stream.generate(() -> {
				try {
					return queue.take();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException("interrupted as expected");
				}
			}).onClose(() -> closed.set(true));
		}

		private static Flow.Publisher<String> flow() {
			SubmissionPublisher<String> publisher = new SubmissionPublisher<>();
			CompletableFuture.runAsync(() -> {
				await().until(() -> publisher.hasSubscribers());
				for (int i = 0; i < 1000; i++) {
					publisher.submit("element " + i);
				}
				publisher.close();
			});
			return publisher;
		}

	}

	@Consumer("errors")
	static class Errors {

		private final CountDownLatch never = new CountDownLatch(1);

		@OnReceive
		Object receive(Command command) {
			return switch (command.name()) {
				case "state" -> throw new IllegalStateException();
				case "argument" -> throw new IllegalArgumentException();
				case "cause" -> throw new UnsupportedOperationException(new NumberFormatException());
				case "async" -> CompletableFuture.failedStage(new IllegalStateException());
				case "stream" -> Stream.generate(() -> {
					throw new IllegalStateException();
				});
				case "flux" -> Flux.error(new IllegalStateException());
				default -> command.name();
			};
		}

		@MessageExceptionHandler
		private String state(IllegalStateException ex) {
			return "consumer: " + ex.getClass().getSimpleName();
		}

		@MessageExceptionHandler
		CompletionStage<String> cause(NumberFormatException ex, Connection connection) {
			return CompletableFuture.completedStage("consumer: cause " + ex.getClass().getSimpleName());
		}

		@MessageExceptionHandler
		String invalid(InvalidMessageException ex) {
			return "consumer: " + ex.closeCode() + " " + ex.getMessage();
		}

	}

	record Command(@com.fasterxml.jackson.annotation.JsonValue String name) {

	}

	@ControllerAdvice
	static class Advice {

		@MessageExceptionHandler
		String argument(IllegalArgumentException ex) {
			return "advice: " + ex.getClass().getSimpleName();
		}

		@MessageExceptionHandler
		String state(IllegalStateException ex) {
			return "advice should come second";
		}

		@MessageExceptionHandler
		String stomp(ArithmeticException ex, org.springframework.messaging.simp.SimpMessageHeaderAccessor headers) {
			return "for STOMP alone";
		}

	}

	record Person(@NotBlank String name, @Max(200) int age) {

	}

	@Consumer("strict")
	static class Strict {

		@OnReceive
		Person receive(@Valid Person person) throws MethodArgumentNotValidException {
			return person;
		}

	}

}
