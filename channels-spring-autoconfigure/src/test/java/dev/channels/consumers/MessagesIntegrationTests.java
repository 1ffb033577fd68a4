package dev.channels.consumers;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
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

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ControllerAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What clients send, and what becomes of exceptions.
 */
@ExtendWith(OutputCaptureExtension.class)
class MessagesIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer.with(Echo.class, Typed.class, Errors.class, Advice.class, Strict.class)
			.route("/ws/echo", "echo")
			.route("/ws/typed", "typed")
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
