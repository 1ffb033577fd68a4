package dev.channels.consumer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import ch.qos.logback.classic.Level;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.annotation.Order;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.web.bind.annotation.ControllerAdvice;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link ExceptionHandlers}.
 */
class ExceptionHandlersTests {

	private final FakeConnection connection = new FakeConnection();

	private TestContext test = new TestContext(Own.class, Plain.class, FirstAdvice.class, SecondAdvice.class,
			OtherAdvice.class);

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void theConsumerComesFirst() throws Exception {
		assertThat(handle("own", new IllegalStateException("a"))).isEqualTo("own a");
	}

	@Test
	void aGeneralHandlerOfTheConsumerComesBeforeASpecificOneOfAnAdvice() throws Exception {
		assertThat(handle("own", new NumberFormatException("a"))).isEqualTo("own argument a");
	}

	@Test
	void theMostSpecificHandlerIsCalled() throws Exception {
		assertThat(handle("own", new IllegalArgumentException("a"))).isEqualTo("own argument a");
		assertThat(handle("plain", new IllegalArgumentException("a"))).isEqualTo("first argument a");
		assertThat(handle("plain", new NumberFormatException("a"))).isEqualTo("first number a");
	}

	@Test
	void advicesComeInTheirOrder() throws Exception {
		assertThat(handle("plain", new IllegalStateException("a"))).isEqualTo("first a");
		assertThat(handle("own", new ArithmeticException("a"))).isEqualTo("second a");
	}

	@Test
	void anAdviceForOtherClassesIsNotAsked() {
		assertThatThrownBy(() -> handle("plain", new IOException("a"))).isInstanceOf(IOException.class);
	}

	@Test
	void whatNobodyHandlesIsThrown() {
		Throwable failure = new ClassNotFoundException("a");
		assertThatThrownBy(() -> handle("own", failure)).isSameAs(failure);
		Throwable error = new StackOverflowError("a");
		assertThatThrownBy(() -> handle("own", error)).isSameAs(error);
		Throwable strange = new Throwable("a");
		assertThatIllegalStateException().isThrownBy(() -> handle("own", strange)).withCause(strange);
	}

	@Test
	void anErrorCanBeHandled() throws Exception {
		assertThat(handle("own", new AssertionError("a"))).isEqualTo("own error a");
	}

	@Test
	void theHandlerOfACauseIsGivenTheCause() throws Exception {
		UncheckedIOException failure = new UncheckedIOException("outer", new CustomException("inner"));
		assertThat(handle("own", failure)).isEqualTo("own custom inner");
	}

	@Test
	void deeperCausesAreNotLookedAt() {
		Exception failure = new Exception("outer", new Exception("middle", new CustomException("inner")));
		assertThatThrownBy(() -> handle("own", failure)).isSameAs(failure);
	}

	@Test
	void theAnswerOfAStageIsSent() throws Exception {
		assertThat(handle("own", new InterruptedException("a"))).isEqualTo("own later a");
	}

	@Test
	void anAdviceThatNeedsSomethingElseIsNotUsedForConsumers() throws Exception {
		try (CapturedLog log = CapturedLog.of(ExceptionHandlers.class).at(Level.INFO)) {
			this.test = new TestContext(Plain.class, StompAdvice.class);
			assertThatIllegalStateException().isThrownBy(() -> handle("plain", new IllegalStateException("a")))
				.withMessage("a");
			assertThat(log.messages()).containsExactly("Not used for consumers: @MessageExceptionHandler handler "
					+ StompAdvice.class.getName() + ".handle: nobody can resolve parameter 1 'headers' of type "
					+ "SimpMessageHeaderAccessor");
		}
	}

	@Test
	void aHandlerOfTheConsumerThatNeedsSomethingElseIsRefused() {
		this.test = new TestContext(Unresolvable.class);
		assertRefused(() -> this.test.serve("unresolvable", this.connection),
				"@MessageExceptionHandler handler " + Unresolvable.class.getName()
						+ ".handle: nobody can resolve parameter 1 'text' of type String",
				"Use Connection, Principal, @PathVariable, @RequestParam, @RequestHeader, @CookieValue, "
						+ "@SessionAttribute, HttpHeaders, Locale, the exception, or add an argument resolver in a ChannelsConfigurer bean.");
	}

	@Test
	void twoHandlersOfOneExceptionStopTheStart() {
		this.test = new TestContext(Ambiguous.class);
		assertRefused(() -> this.test.serve("ambiguous", this.connection), ambiguous(),
				"Keep one of the two handlers.");
	}

	@Test
	void twoHandlersOfOneExceptionInAnAdviceStopTheStart() {
		this.test = new TestContext(Plain.class, AmbiguousAdvice.class);
		assertRefused(() -> this.test.serve("plain", this.connection), ambiguous(), "Keep one of the two handlers.");
	}

	@Test
	void aHandlerThatNamesNoExceptionStopsTheStart() {
		this.test = new TestContext(Unnamed.class);
		assertRefused(() -> this.test.serve("unnamed", this.connection),
				"@MessageExceptionHandler handler " + Unnamed.class.getName()
						+ ".handle does not say which exceptions it handles",
				"Write @MessageExceptionHandler(IllegalStateException.class), or take the exception.");
	}

	private static String ambiguous() {
		String prefix = "@MessageExceptionHandler handler " + TwoForOne.class.getName();
		return prefix + ".second(Connection, Exception) and " + prefix
				+ ".first(IllegalStateException) are both for java.lang.IllegalStateException";
	}

	private Object handle(String consumer, Throwable failure) throws Exception {
		CompletionStage<?> stage = this.test.serve(consumer, this.connection).failure(failure);
		assertThat(stage == null || stage.toCompletableFuture().isDone()).isTrue();
		List<Object> sent = this.connection.sent();
		return sent.get(sent.size() - 1);
	}

	static class CustomException extends IOException {

		CustomException(String message) {
			super(message);
		}

	}

	@Consumer("own")
	static class Own {

		@MessageExceptionHandler
		String state(IllegalStateException ex, Connection connection) {
			return "own " + ex.getMessage();
		}

		@MessageExceptionHandler
		String argument(IllegalArgumentException ex) {
			return "own argument " + ex.getMessage();
		}

		@MessageExceptionHandler
		String custom(CustomException ex) {
			return "own custom " + ex.getMessage();
		}

		@MessageExceptionHandler(AssertionError.class)
		String error(Throwable ex) {
			return "own error " + ex.getMessage();
		}

		@MessageExceptionHandler
		CompletionStage<String> later(InterruptedException ex) {
			return CompletableFuture.completedStage("own later " + ex.getMessage());
		}

	}

	@Consumer("plain")
	static class Plain {

	}

	@ControllerAdvice
	@Order(1)
	static class FirstAdvice {

		@MessageExceptionHandler
		String state(IllegalStateException ex, Connection connection) {
			return "first " + ex.getMessage();
		}

		@MessageExceptionHandler
		String argument(IllegalArgumentException ex) {
			return "first argument " + ex.getMessage();
		}

		@MessageExceptionHandler
		String number(NumberFormatException ex) {
			return "first number " + ex.getMessage();
		}

	}

	@ControllerAdvice
	@Order(2)
	static class SecondAdvice {

		@MessageExceptionHandler({ IllegalStateException.class, ArithmeticException.class })
		String runtime(RuntimeException ex) {
			return "second " + ex.getMessage();
		}

	}

	@ControllerAdvice(assignableTypes = Ambiguous.class)
	static class OtherAdvice {

		@MessageExceptionHandler
		String io(IOException ex) {
			return "other " + ex.getMessage();
		}

	}

	@ControllerAdvice
	static class StompAdvice {

		@MessageExceptionHandler
		void handle(IllegalStateException ex, SimpMessageHeaderAccessor headers) {
		}

	}

	@Consumer("unresolvable")
	static class Unresolvable {

		@MessageExceptionHandler
		void handle(IllegalStateException ex, String text) {
		}

	}

	@Consumer("ambiguous")
	static class Ambiguous extends TwoForOne {

	}

	abstract static class TwoForOne {

		@MessageExceptionHandler
		void first(IllegalStateException ex) {
		}

		@MessageExceptionHandler({ ArithmeticException.class, IllegalStateException.class })
		void second(Connection connection, Exception ex) {
		}

	}

	@ControllerAdvice
	static class AmbiguousAdvice extends TwoForOne {

	}

	@Consumer("unnamed")
	static class Unnamed {

		@MessageExceptionHandler
		void handle(Connection connection) {
		}

	}

}
