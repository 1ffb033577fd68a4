package dev.channels.connection;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import dev.channels.CloseStatus;
import dev.channels.InvalidMessageException;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.RateLimitedLog;
import dev.channels.layer.SharedEvent;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link HandlerCalls}.
 */
class HandlerCallsTests {

	private static final InvalidMessageException INVALID = new InvalidMessageException(1007, "no JSON", null);

	private final CapturedLog log = CapturedLog.of(HandlerCalls.class);

	private final CapturedLog warnings = CapturedLog.of(HandlerCallsTests.class);

	private final List<Integer> closes = new ArrayList<>();

	private final RecordingHandler handler = new RecordingHandler();

	private final ConnectionExecutors executors = new ConnectionExecutors(false, 2, 2);

	private final HandlerCalls calls = new HandlerCalls("connection c1",
			new RateLimitedLog(LogFactory.getLog(HandlerCallsTests.class)), this.closes::add, this.executors,
			Duration.ZERO);

	@BeforeEach
	void connect() throws Exception {
		this.calls.connect((connection) -> this.handler, null);
	}

	@AfterEach
	void release() {
		this.executors.close();
		this.log.close();
		this.warnings.close();
	}

	static Stream<Arguments> calls() {
		return Stream.of(
				call("message", "receive hello",
						(calls, afterwards) -> calls.receive(ClientMessage.text("hello"), afterwards)),
				call("event", "event chat", (calls, afterwards) -> {
					CompletionStage<?> stage = calls.event(Events.shared("chat"));
					afterwards.run();
					return stage;
				}), call("stream", "failure broken", (calls, afterwards) -> {
					CompletionStage<?> stage = calls.failure(new IllegalStateException("broken"));
					afterwards.run();
					return stage;
				}), call("disconnect", "disconnect 1000",
						(calls, afterwards) -> calls.disconnect(CloseStatus.NORMAL, afterwards)));
	}

	private static Arguments call(String what, String recorded, Call call) {
		return Arguments.of(what, recorded, call);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("calls")
	void callsTheHandler(String what, String recorded, Call call) {
		Runs afterwards = new Runs();
		assertThat(call.call(this.calls, afterwards)).isNull();
		assertThat(this.handler.calls()).containsExactly("connect", recorded);
		assertThat(afterwards.number).isEqualTo(1);
		assertThat(this.closes).isEmpty();
		assertThat(this.log.messages()).isEmpty();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("calls")
	void aFailureIsLoggedAndClosesWith1011(String what, String recorded, Call call) {
		failWith(new IllegalStateException("no database"));
		Runs afterwards = new Runs();
		assertThat(call.call(this.calls, afterwards)).isNull();
		assertFailed(what);
		assertThat(afterwards.number).isEqualTo(1);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("calls")
	void aStageThatFailsIsLoggedAndClosesWith1011(String what, String recorded, Call call) {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		doWith(() -> stage.thenApply((it) -> it));
		CompletionStage<?> result = call.call(this.calls, new Runs());
		assertThat(this.closes).isEmpty();
		stage.completeExceptionally(new IllegalStateException("no database"));
		assertThat(result).isCompletedWithValue(null);
		assertFailed(what);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("calls")
	void anErrorIsAFailureAsWell(String what, String recorded, Call call) {
		doWith(() -> {
			throw new AssertionError("never");
		});
		call.call(this.calls, new Runs());
		assertThat(this.closes).containsExactly(1011);
		assertThat(this.log.causes()).containsExactly("java.lang.AssertionError: never");
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("calls")
	void badInputOfTheClientIsNoError(String what, String recorded, Call call) {
		failWith(INVALID);
		call.call(this.calls, new Runs());
		assertInvalid();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("calls")
	void badInputThatIsFoundLaterIsNoError(String what, String recorded, Call call) {
		doWith(() -> CompletableFuture.supplyAsync(() -> {
			throw INVALID;
		}, Runnable::run));
		assertThat(call.call(this.calls, new Runs())).isCompletedWithValue(null);
		assertInvalid();
	}

	@Test
	void afterwardsIsRunWhenTheStageCompletes() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		doWith(() -> stage);
		Runs afterwards = new Runs();
		CompletionStage<?> result = this.calls.receive(ClientMessage.text("a"), afterwards);
		assertThat(afterwards.number).isZero();
		assertThat(result.toCompletableFuture()).isNotDone();
		stage.complete(null);
		assertThat(afterwards.number).isEqualTo(1);
		assertThat(result.toCompletableFuture()).isDone();
	}

	@Test
	void afterwardsIsRunWhenTheStageFails() {
		doWith(() -> CompletableFuture.failedFuture(new IllegalStateException("no database")));
		Runs afterwards = new Runs();
		this.calls.disconnect(CloseStatus.NORMAL, afterwards);
		assertThat(afterwards.number).isEqualTo(1);
	}

	@Test
	void closesBeforeItGoesOn() {
		failWith(new IllegalStateException("no database"));
		List<Integer> closesThen = new ArrayList<>();
		this.calls.receive(ClientMessage.text("a"), () -> closesThen.addAll(this.closes));
		assertThat(closesThen).containsExactly(1011);
	}

	@Test
	void theCurrentEventIsKnownWhileItIsHandled() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		List<SharedEvent> during = new ArrayList<>();
		doWith(() -> {
			during.add(this.calls.currentEvent());
			return stage;
		});
		SharedEvent event = Events.shared("chat");
		assertThat(this.calls.currentEvent()).isNull();
		this.calls.event(event);
		assertThat(during).containsExactly(event);
		assertThat(this.calls.currentEvent()).as("until the stage completes").isSameAs(event);
		stage.complete(null);
		assertThat(this.calls.currentEvent()).isNull();
	}

	@Test
	void theCurrentEventIsForgottenWhenItsHandlerFails() {
		failWith(new IllegalStateException("no database"));
		this.calls.event(Events.shared("chat"));
		assertThat(this.calls.currentEvent()).isNull();
	}

	@Test
	void whatConnectThrowsIsTheCallersBusiness() {
		HandlerCalls other = new HandlerCalls("connection c2", null, this.closes::add, this.executors, Duration.ZERO);
		RecordingHandler failing = new RecordingHandler().onConnect(() -> {
			throw new IllegalStateException("no database");
		});
		assertThatIllegalStateException().isThrownBy(() -> other.connect((connection) -> failing, null))
			.withMessage("no database");
		assertThat(this.closes).isEmpty();
		other.destroy();
		assertThat(failing.calls()).containsExactly("connect", "destroy");
	}

	@Test
	void aCallWithoutAHandlerFails() {
		HandlerCalls other = new HandlerCalls("connection c2", null, this.closes::add, this.executors, Duration.ZERO);
		other.destroy();
		other.failure(new IllegalStateException("broken"));
		assertThat(this.log.causes()).containsExactly("java.lang.IllegalStateException: There is no handler yet");
		assertThat(this.closes).containsExactly(1011);
	}

	static Stream<Throwable> failures() {
		return Stream.of(new IllegalStateException("no database"), new AssertionError("no database"),
				new IOException("no database"));
	}

	@ParameterizedTest
	@MethodSource("failures")
	void aHandlerThatCannotBeDestroyedIsLogged(Throwable failure) throws Exception {
		this.calls.connect((connection) -> new RecordingHandler() {
			@Override
			public void destroy() {
				HandlerCallsTests.<RuntimeException>sneak(failure);
			}
		}, null);
		this.calls.destroy();
		assertThat(this.log.messages()).containsExactly("The consumer of connection c1 cannot be destroyed");
		assertThat(this.log.causes()).containsExactly(failure.getClass().getName() + ": no database");
	}

	@SuppressWarnings("unchecked")
	private static <T extends Throwable> void sneak(Throwable failure) throws T {
		throw (T) failure;
	}

	private void failWith(RuntimeException failure) {
		doWith(() -> {
			throw failure;
		});
	}

	private void doWith(Supplier<CompletionStage<?>> action) {
		this.handler.onCall(action::get).onDisconnect(action::get);
	}

	private void assertFailed(String what) {
		assertThat(this.closes).containsExactly(1011);
		assertThat(this.log.messages())
			.containsExactly("The " + what + " handler of connection c1 failed, the connection is closed");
		assertThat(this.log.levels()).containsExactly(Level.ERROR);
		assertThat(this.log.causes()).containsExactly("java.lang.IllegalStateException: no database");
		assertThat(this.warnings.messages()).isEmpty();
	}

	private void assertInvalid() {
		assertThat(this.closes).containsExactly(1007);
		assertThat(this.log.messages()).isEmpty();
		assertThat(this.warnings.messages()).containsExactly("connection c1 closed with 1007: no JSON");
		assertThat(this.warnings.levels()).containsExactly(Level.WARN);
		assertThat(this.warnings.causes()).containsExactly((String) null);
	}

	/**
	 * One of the calls of a handler.
	 */
	@FunctionalInterface
	interface Call {

		CompletionStage<?> call(HandlerCalls calls, Runnable afterwards);

	}

	private static final class Runs implements Runnable {

		private int number;

		@Override
		public void run() {
			this.number++;
		}

	}

}
