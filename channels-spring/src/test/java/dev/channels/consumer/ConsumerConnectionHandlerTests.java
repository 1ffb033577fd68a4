package dev.channels.consumer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.stream.Stream;

import dev.channels.CloseStatus;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.InvalidMessageException;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionHandler;
import dev.channels.connection.ManualExecutor;
import dev.channels.layer.DropReason;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.messaging.handler.annotation.MessageExceptionHandler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link ConsumerConnectionHandler}, {@link ConsumerCalls} and
 * {@link ConnectionReplies}.
 */
class ConsumerConnectionHandlerTests {

	private final FakeConnection connection = new FakeConnection();

	private final TestContext test = new TestContext(Game.class, Silent.class, Failing.class, Answering.class);

	@AfterEach
	void close() {
		Failing.handled.clear();
		this.test.close();
	}

	@Test
	void messagesGoToTheHandlerOfTheirType() throws Exception {
		ConnectionHandler handler = this.test.serve("game", this.connection);
		handler.receive(ClientMessage.text("{\"action\":\"move\"}"));
		handler.receive(ClientMessage.binary(new byte[3]));
		assertThat(this.connection.sent()).containsExactly("moved", "3 bytes");
	}

	@Test
	void messagesThatNobodyHandlesAreInvalid() {
		ConnectionHandler game = this.test.serve("game", this.connection);
		String unknown = "a message whose 'action' is none of [move, shoot], which consumer 'game' does not handle";
		assertInvalid(() -> game.receive(ClientMessage.text("{\"action\":\"s3cr3t\"}")), 1008, unknown);
		assertInvalid(() -> game.receive(ClientMessage.text("{\"type\":\"move\"}")), 1008, unknown);
		assertInvalid(() -> game.receive(ClientMessage.text("s3cr3t")), 1007,
				"a message that is no JSON (line 1, column 1)");
		ConnectionHandler silent = this.test.serve("silent", this.connection);
		assertInvalid(() -> silent.receive(ClientMessage.text("s3cr3t")), 1003,
				"a text message, which consumer 'silent' does not handle");
		assertInvalid(() -> silent.receive(ClientMessage.binary(new byte[1])), 1003,
				"a binary message, which consumer 'silent' does not handle");
	}

	@Test
	void eventsThatNobodyHandlesAreCounted() throws Exception {
		ConnectionHandler handler = this.test.serve("silent", this.connection);
		assertThat(handler.event(this.test.layer.share(Event.of("unknown")))).isNull();
		assertThat(this.test.layer.drops.total(DropReason.NO_HANDLER)).isEqualTo(1);
	}

	@Test
	void eventsThatCannotBeReadAreCounted() throws Exception {
		ConnectionHandler handler = this.test.serve("game", this.connection);
		assertThat(handler.event(this.test.layer.share(Event.of("score", Map.of("points", "s3cr3t"))))).isNull();
		assertThat(this.test.layer.drops.total(DropReason.UNDECODABLE)).isEqualTo(1);
		handler.event(this.test.layer.share(new Score(7)));
		assertThat(this.connection.sent()).containsExactly(new Score(7));
	}

	@Test
	void handlersAreOptional() throws Exception {
		ConnectionHandler handler = this.test.serve("silent", this.connection);
		assertThat(handler.connect()).isNull();
		assertThat(handler.disconnect(CloseStatus.NORMAL)).isNull();
	}

	@Test
	void disconnectIsToldTheStatus() throws Exception {
		this.test.serve("game", this.connection).disconnect(CloseStatus.GOING_AWAY);
		assertThat(this.connection.sent()).containsExactly("bye 1001");
	}

	@Test
	void aFailureOfConnectIsNotHandled() {
		ConnectionHandler handler = this.test.serve("failing", this.connection);
		assertThatIllegalStateException().isThrownBy(handler::connect).withMessage("connect");
	}

	@Test
	void aFailureIsTakenToTheExceptionHandler() throws Exception {
		ConnectionHandler handler = this.test.serve("failing", this.connection);
		handler.receive(ClientMessage.text("now"));
		handler.disconnect(CloseStatus.NORMAL);
		assertThat(this.connection.sent()).as("nobody is left to send it to").containsExactly("handled now");
		assertThat(Failing.handled).containsExactly("now", "disconnect");
	}

	@Test
	void aStageThatFailsIsTakenToTheExceptionHandler() throws Exception {
		ConnectionHandler handler = this.test.serve("failing", this.connection);
		CompletionStage<?> stage = handler.receive(ClientMessage.text("later"));
		assertThat(stage.toCompletableFuture()).isCompleted();
		assertThat(this.connection.sent()).containsExactly("handled later");
	}

	@Test
	void aStageThatFailsWithWhatNobodyHandlesFails() throws Exception {
		ConnectionHandler handler = this.test.serve("failing", this.connection);
		assertThat(handler.receive(ClientMessage.text("unhandled")).toCompletableFuture()).isCompletedExceptionally()
			.failsWithin(Duration.ZERO)
			.withThrowableThat()
			.havingRootCause()
			.isInstanceOf(ArithmeticException.class);
	}

	@Test
	void theValueOfAStageIsSentOnTheExecutor() throws Exception {
		ManualExecutor executor = new ManualExecutor();
		this.test.executor(executor);
		ConnectionHandler handler = this.test.serve("answering", this.connection);
		CompletionStage<?> connected = handler.connect();
		Answering.stage.complete("welcome");
		assertThat(this.connection.sent()).isEmpty();
		executor.runAll();
		assertThat(connected.toCompletableFuture()).isCompleted();
		CompletionStage<?> received = handler.receive(ClientMessage.text("stage"));
		assertThat(received.toCompletableFuture()).isNotCompleted();
		executor.runAll();
		assertThat(received.toCompletableFuture()).isCompleted();
		assertThat(this.connection.sent()).containsExactly("welcome", "welcome");
	}

	@Test
	void elementsOfStreamsAndPublishersAreSent() throws Exception {
		ConnectionHandler handler = this.test.serve("answering", this.connection);
		handler.receive(ClientMessage.text("list"));
		handler.receive(ClientMessage.text("stream"));
		handler.receive(ClientMessage.text("null"));
		handler.receive(ClientMessage.text("publisher"));
		assertThat(this.connection.sent()).containsExactly(List.of(1, 2), 1, 2);
		assertThat(this.connection.endActions()).as("the publisher is not done").isEqualTo(1);
	}

	@Test
	void aReplyThatCannotBeSentIsAFailureOfTheHandler() throws Exception {
		ConnectionHandler handler = this.test.serve("answering", this.connection);
		this.connection.refusing(new IllegalArgumentException("no JSON"));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> handler.receive(ClientMessage.text("list")));
	}

	private static void assertInvalid(ThrowingCallable action, int closeCode, String problem) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(action)
			.withMessage(problem)
			.returns(closeCode, InvalidMessageException::closeCode);
	}

	@EventType("score")
	record Score(int points) {

	}

	@Consumer(name = "game", typeProperty = "action")
	static class Game {

		@OnReceive("move")
		String move() {
			return "moved";
		}

		@OnReceive("shoot")
		void shoot() {
		}

		@OnReceive
		String binary(byte[] bytes) {
			return bytes.length + " bytes";
		}

		@OnEvent
		Score score(Score score) {
			return score;
		}

		@OnDisconnect
		void disconnect(CloseStatus status, Connection connection) {
			connection.send("bye " + status.code());
		}

	}

	@Consumer("silent")
	static class Silent {

	}

	@Consumer("failing")
	static class Failing {

		static final List<String> handled = new CopyOnWriteArrayList<>();

		@OnConnect
		void connect() {
			throw new IllegalStateException("connect");
		}

		@OnReceive
		CompletionStage<?> receive(String text) {
			return switch (text) {
				case "later" ->
					CompletableFuture.failedStage(new CompletionException(new IllegalStateException("later")));
				case "unhandled" -> CompletableFuture.failedStage(new ArithmeticException(text));
				default -> throw new IllegalStateException(text);
			};
		}

		@OnDisconnect
		void disconnect() {
			throw new IllegalStateException("disconnect");
		}

		@MessageExceptionHandler
		String handle(IllegalStateException ex) {
			handled.add(ex.getMessage());
			return "handled " + ex.getMessage();
		}

	}

	@Consumer("answering")
	static class Answering {

		static CompletableFuture<String> stage = new CompletableFuture<>();

		@OnConnect
		CompletionStage<String> connect() {
			stage = new CompletableFuture<>();
			return stage;
		}

		@OnReceive
		Object receive(String text) {
			return switch (text) {
				case "stage" -> stage;
				case "list" -> List.of(1, 2);
				case "stream" -> Stream.of(1, 2);
				case "publisher" -> (Flow.Publisher<Integer>) new SubmissionPublisher<Integer>(Runnable::run, 8);
				default -> null;
			};
		}

	}

}
