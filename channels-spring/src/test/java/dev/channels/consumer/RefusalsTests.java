package dev.channels.consumer;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelLayerException;
import dev.channels.CloseStatus;
import dev.channels.Consumer;
import dev.channels.Event;
import dev.channels.InvalidMessageException;
import dev.channels.InvalidNameException;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionHandler;
import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpStatus;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link Refusals}, as handlers cause them.
 */
class RefusalsTests {

	private static final String REFUSING = "handler " + RefusalsTests.class.getName() + "$Refusing.";

	private final FakeConnection connection = new FakeConnection();

	private final TestContext test = new TestContext(Refusing.class, Handling.class, Worker.class);

	private final CapturedLog log = CapturedLog.of(Refusals.class);

	@AfterEach
	void close() {
		this.log.close();
		this.test.close();
	}

	@Test
	void aRefusedMessageIsAnsweredWithAProblem() throws Exception {
		refusing().receive(ClientMessage.text("denied"));
		assertThat(this.connection.sent())
			.containsExactly(Map.of("type", "about:blank", "title", "Forbidden", "status", 403));
		assertThat(this.log.messages()).containsExactly(this.connection + ": @OnReceive " + REFUSING
				+ "receive refused with status 403: AccessDeniedException: not yours?ERROR forged");
		assertThat(this.log.causes()).containsOnlyNulls();
	}

	@Test
	void aStageThatRefusesIsTheSame() throws Exception {
		CompletionStage<?> stage = refusing().receive(ClientMessage.text("later"));
		assertThat(stage.toCompletableFuture()).isCompleted();
		assertThat(this.connection.sent())
			.containsExactly(Map.of("type", "about:blank", "title", "Not Found", "status", 404));
	}

	@Test
	void linesAreLimited() throws Exception {
		ConnectionHandler handler = refusing();
		for (int i = 0; i < 100; i++) {
			handler.receive(ClientMessage.text("denied"));
		}
		assertThat(this.connection.sent()).hasSize(100);
		assertThat(this.log.messages()).hasSize(1);
	}

	@Test
	void nobodyIsToldOfARefusedEvent() throws Exception {
		ConnectionHandler handler = refusing();
		handler.event(this.test.layer.share(Event.of("denied")));
		handler.disconnect(CloseStatus.NORMAL);
		assertThat(this.connection.sent()).isEmpty();
		assertThat(this.log.messages()).hasSize(1);
	}

	@Test
	void aStreamOfAnswersIsRefusedLikeAMessage() throws Exception {
		refusing().failure(new AccessDeniedException("no"));
		assertThat(this.connection.sent()).hasSize(1);
	}

	@Test
	void aLayerThatIsAwayCostsNobodyTheConnection() throws Exception {
		ConnectionHandler handler = refusing();
		CompletionStage<?> stage = handler.receive(ClientMessage.text("layer"));
		assertThat(stage.toCompletableFuture()).isCompleted();
		assertThat(handler.receive(ClientMessage.text("join"))).isNull();
		assertThat(this.connection.sent()).isEmpty();
		assertThat(this.log.messages()).containsExactly(this.connection + ": @OnReceive " + REFUSING
				+ "receive could not use the channel layer: Redis is away (the connection lives)");
		assertThat(this.log.causes()).containsOnlyNulls();
	}

	@Test
	void aNameMadeOfAClientsTextIsTheClientsMistake() {
		assertThatExceptionOfType(InvalidMessageException.class)
			.isThrownBy(() -> refusing().receive(ClientMessage.text("name")))
			.returns(1008, InvalidMessageException::closeCode)
			.withMessage("Group name 'a?b' is not legal: use 1 to 99 ASCII letters, digits, hyphens, underscores or "
					+ "periods")
			.withNoCause();
	}

	@Test
	void errorsOfTheApplicationStayErrors() {
		assertThatIllegalStateException().isThrownBy(() -> refusing().receive(ClientMessage.text("bug")));
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void exceptionHandlersComeFirst() throws Exception {
		ConnectionHandler handler = this.test.serve("handling", this.connection);
		handler.receive(ClientMessage.text("denied"));
		handler.receive(ClientMessage.text("layer"));
		assertThat(this.connection.sent()).containsExactly("handled not yours\nERROR forged", "handled Redis is away");
		assertThat(this.log.messages()).isEmpty();
	}

	@Test
	void anExceptionHandlerMayRefuse() throws Exception {
		this.test.serve("handling", this.connection).receive(ClientMessage.text("bug"));
		assertThat(this.connection.sent())
			.containsExactly(Map.of("type", "about:blank", "title", "Conflict", "status", 409));
	}

	@Test
	void aWorkerTriesAgain() {
		assertThat(this.test.work("worker").handle(this.test.layer.share(Event.of("denied"))).toCompletableFuture())
			.isCompletedExceptionally();
		assertThat(this.log.messages()).isEmpty();
	}

	private ConnectionHandler refusing() {
		return this.test.serve("refusing", this.connection);
	}

	private static Object fail(String text) {
		return switch (text) {
			case "denied" -> throw new AccessDeniedException("not yours\nERROR forged");
			case "later" -> CompletableFuture.failedStage(new ResponseStatusException(HttpStatus.NOT_FOUND, "s3cr3t"));
			case "layer" -> CompletableFuture.failedStage(new ChannelLayerException("Redis is away"));
			case "join" -> CompletableFuture.failedFuture(new ChannelLayerException("Redis is away")).join();
			case "name" -> throw new InvalidNameException("Group name 'a?b' is not legal: use 1 to 99 ASCII letters, "
					+ "digits, hyphens, underscores or periods");
			default -> throw new IllegalStateException(text);
		};
	}

	@Consumer("refusing")
	static class Refusing {

		@OnReceive
		Object receive(String text) {
			return fail(text);
		}

		@OnEvent("denied")
		CompletionStage<?> event() {
			throw new AccessDeniedException("no");
		}

		@OnDisconnect
		void disconnect() {
			fail("denied");
		}

	}

	@Consumer("worker")
	static class Worker {

		@OnEvent("denied")
		void event() {
			fail("denied");
		}

	}

	@Consumer("handling")
	static class Handling {

		@OnReceive
		Object receive(String text) {
			return fail(text);
		}

		@MessageExceptionHandler({ AccessDeniedException.class, ChannelLayerException.class })
		String handle(RuntimeException ex) {
			return "handled " + ex.getMessage();
		}

		@MessageExceptionHandler
		void refuse(IllegalStateException ex) {
			throw new ResponseStatusException(HttpStatus.CONFLICT);
		}

	}

}
