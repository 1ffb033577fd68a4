package dev.channels.connection;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import dev.channels.CloseStatus;
import dev.channels.SlowConsumerPolicy;
import dev.channels.layer.CapturedLog;
import dev.channels.layer.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.security.authentication.TestingAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ConnectionRuntime}: from the handshake to the close.
 */
@Timeout(30)
class ConnectionRuntimeTests {

	private final TestNode node = new TestNode();

	private final FakeTransport transport = new FakeTransport();

	private final RecordingHandler handler = new RecordingHandler();

	@AfterEach
	void release() {
		this.node.close();
	}

	@Test
	void nothingIsWrittenBeforeItIsOpen() {
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().send("1");
			this.handler.connection().send(Map.of("n", 2));
			this.handler.connection().send(new byte[] { 3 });
			return null;
		}));
		assertThat(TestNode.connect(connection)).isEqualTo(new HandshakeDecision(Handshakes.anonymous()).complete());
		assertThat(connection.isOpen()).isFalse();
		assertThat(this.handler.connection().isWritable()).isFalse();
		connection.opened(this.transport);
		assertThat(connection.isOpen()).isTrue();
		Eventually.until(() -> this.transport.frames().size() == 3);
		assertThat(this.transport.written()).containsExactly("1", "{\"n\":2}", "BINARY");
		Eventually.until(this.handler.connection()::isWritable);
	}

	@Test
	void eventsThatComeBeforeItIsOpenWait() {
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().join("room");
			this.node.send("room", "first");
			return null;
		}));
		TestNode.connect(connection);
		this.node.send(connection, "second");
		assertThat(this.handler.calls()).containsExactly("connect");
		connection.opened(this.transport);
		Eventually.until(() -> this.handler.calls().size() == 3);
		assertThat(this.handler.calls()).containsExactly("connect", "event first", "event second");
	}

	@Test
	void whatIsSentWhileAnEventIsHandledIsASnapshot() {
		Map<String, Object> message = new HashMap<>(Map.of("n", 1));
		StringBuilder text = new StringBuilder("a");
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> {
			this.handler.connection().send(message);
			message.put("n", 2);
			this.handler.connection().send(message);
			this.handler.connection().send(text.toString());
			this.handler.connection().send(text.append("b").toString());
			return null;
		}), this.transport);
		this.node.send(connection, "event");
		Eventually.until(() -> this.transport.frames().size() == 4);
		assertThat(this.transport.written()).containsExactly("{\"n\":1}", "{\"n\":2}", "a", "ab");
	}

	/**
	 * The client may have read our close and be gone before the call that wrote it
	 * returns.
	 */
	@Test
	void theDisconnectHandlerIsToldOfTheCloseOfTheServerWhoeverIsFaster() {
		ConnectionRuntime connection = this.node.create(this.handler);
		TestNode.connect(connection);
		connection.opened(this.transport.notBlocking().stuck().whenWritten((frame) -> {
			assertThat(connection.isOpen()).isFalse();
			connection.closed(CloseStatus.ABNORMAL);
		}));
		connection.close(new CloseStatus(4000, "enough"));
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 4000", "destroy");
	}

	@Test
	void aLayerThatFailsToLetGoDoesNotKeepTheDisconnectHandlerFromRunning() {
		RecordingLayer layer = new RecordingLayer().failingToDiscard();
		ConnectionRuntime connection = this.node.create(layer, this.handler);
		TestNode.connect(connection);
		connection.opened(this.transport);
		connection.closed(CloseStatus.NORMAL);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1000", "destroy");
	}

	@Test
	void aJoinThatIsNotAcknowledgedDoesNotKeepTheDisconnectHandlerFromRunning() {
		RecordingLayer layer = new RecordingLayer();
		ConnectionRuntime connection = this.node.create(layer,
				this.handler.onCall(() -> this.handler.connection().join("room")));
		TestNode.connect(connection);
		connection.opened(this.transport);
		layer.answering(new CompletableFuture<>());
		connection.received(ClientMessage.text("join"));
		Eventually.until(() -> layer.calls().contains("add to group 'room'"));
		connection.closed(CloseStatus.NORMAL);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "receive join", "disconnect 1000", "destroy");
	}

	@Test
	void joinsTheGroupOfItsUser() {
		RecordingLayer layer = new RecordingLayer();
		ConnectionRuntime connection = this.node.create(layer, this.handler);
		TestNode.connect(connection);
		assertThat(layer.calls()).containsExactly("subscribe", "add to user 'ann'");
		assertThat(this.handler.connection().groups()).isEmpty();
	}

	@Test
	void aRefusedConnectionLeavesNothingBehindAndHasNoDisconnect() {
		AtomicInteger endActions = new AtomicInteger();
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().join("room");
			this.handler.connection().whenEnded(endActions::incrementAndGet);
			this.handler.connection().send("hello");
			this.handler.connection().reject(403);
			return null;
		}));
		assertThat(TestNode.connect(connection).status()).isEqualTo(403);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "destroy");
		assertThat(endActions).hasValue(1);
		assertThat(this.node.knows(connection)).isFalse();
		assertThat(this.node.isMember("room", connection)).isFalse();
		assertThat(this.node.drops().total(DropReason.CLOSED)).as("the message").isEqualTo(1);
		Eventually.until(() -> this.node.manager().count() == 0);
		connection.opened(this.transport);
		assertThat(this.transport.aborts()).isEqualTo(1);
	}

	@Test
	void aConnectThatThrowsLeavesNothingBehindAndHasNoDisconnect() {
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().join("room");
			throw new IllegalStateException("no database");
		}));
		assertThat(TestNode.connect(connection).status()).isEqualTo(500);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "destroy");
		assertThat(this.node.knows(connection)).isFalse();
	}

	@Test
	void aConsumerThatCannotBeCreatedLeavesNothingBehind() {
		ConnectionRuntime connection = this.node.create((created) -> {
			throw new IllegalStateException("no bean");
		});
		assertThat(TestNode.connect(connection).status()).isEqualTo(500);
		Eventually.until(() -> this.node.manager().count() == 0);
		assertThat(this.node.knows(connection)).isFalse();
	}

	@Test
	void aLayerThatFailsToLetGoOfARefusedConnectionDoesNotKeepItsConsumer() {
		RecordingLayer layer = new RecordingLayer().failingToDiscard();
		ConnectionRuntime connection = this.node.create(layer, this.handler.onConnect(() -> {
			this.handler.connection().reject(403);
			return null;
		}));
		assertThat(TestNode.connect(connection).status()).isEqualTo(403);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "destroy");
		Eventually.until(() -> this.node.manager().count() == 0);
	}

	@Test
	void aHandshakeThatEndsAfterTheApplicationIsRefusedAndHasItsDisconnect() {
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().join("room");
			this.node.close();
			return null;
		}));
		assertThat(TestNode.connect(connection).status()).isEqualTo(503);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1006", "destroy");
		Eventually.until(() -> this.node.manager().count() == 0);
		assertThat(this.node.knows(connection)).isFalse();
		connection.opened(this.transport);
		assertThat(this.transport.aborts()).isEqualTo(1);
	}

	@Test
	void aConsumerIsNotDestroyedWhileItsConnectHandlerRunsOn() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		this.node.settings().connectTimeout(Duration.ofSeconds(1));
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().join("room");
			this.handler.connection().fail(new IllegalStateException("of a stream"));
			return stage;
		}));
		assertThat(TestNode.connect(connection).status()).isEqualTo(503);
		assertThat(this.node.knows(connection)).isFalse();
		assertThat(this.node.manager().count()).as("delays no shutdown").isZero();
		this.handler.connection().join("late");
		assertThat(this.node.isMember("late", connection)).isFalse();
		assertThat(this.handler.calls()).containsExactly("connect");
		stage.complete(null);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "failure of a stream", "destroy");
	}

	@Test
	void aClientThatGoesDuringTheHandshakeHasItsDisconnect() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().join("room");
			return stage;
		}));
		CompletableFuture<HandshakeResult> result = connection.connect().toCompletableFuture();
		Eventually.until(() -> this.handler.calls().contains("connect"));
		connection.upgradeFailed();
		assertThat(result).isNotDone();
		stage.complete(null);
		assertThat(result.orTimeout(10, TimeUnit.SECONDS).join().status()).isEqualTo(503);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1006", "destroy");
		assertThat(this.node.knows(connection)).isFalse();
		Eventually.until(() -> this.node.manager().count() == 0);
	}

	@Test
	void theAnswerComesWhereNoHandlerRuns() {
		CompletableFuture<String> connecting = new CompletableFuture<>();
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			connecting.complete(Thread.currentThread().getName());
			return CompletableFuture.runAsync(() -> {
			});
		}));
		CompletableFuture<String> answered = connection.connect()
			.thenApply((result) -> Thread.currentThread().getName())
			.toCompletableFuture();
		assertThat(connecting.orTimeout(10, TimeUnit.SECONDS).join()).startsWith("channels-handler-");
		assertThat(answered.orTimeout(10, TimeUnit.SECONDS).join()).matches("channels-callback-.*|main.*");
	}

	@Test
	void methodSecurityKnowsWhoConnects() {
		AtomicReference<Object> seen = new AtomicReference<>();
		Authentication ann = new TestingAuthenticationToken("ann", "secret");
		ConnectionRuntime connection = this.node.create(Handshakes.of(ann), this.handler.onConnect(() -> {
			seen.set(SecurityContextHolder.getContext().getAuthentication());
			return null;
		}).onCall(() -> {
			seen.set(SecurityContextHolder.getContext().getAuthentication());
			return null;
		}));
		assertThat(TestNode.connect(connection).accepted()).isTrue();
		assertThat(seen.get()).isSameAs(ann);
		connection.opened(this.transport);
		this.node.send(connection, "event");
		Eventually.until(() -> seen.get() == null);
	}

	@Test
	void saysWhichItIsInOneShortLine() {
		Handshake handshake = Handshakes.of("ws://localhost/chat/a%0A2026%20ERROR%20" + "x".repeat(200));
		assertThat(this.node.create(handshake, this.handler)).asString()
			.startsWith("connection specific.")
			.contains(" of /chat/a%0A2026%20ERROR%20x")
			.endsWith("...")
			.hasSizeLessThan(260);
		assertThat(handshake).asString().startsWith("handshake for /chat/a%0A2026").hasSizeLessThan(130);
	}

	@Test
	void aCloseInConnectAcceptsAndThenCloses() {
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(() -> {
			this.handler.connection().send("sorry");
			this.handler.connection().close(4001, "full");
			return null;
		}));
		assertThat(TestNode.connect(connection).accepted()).isTrue();
		connection.opened(this.transport);
		this.handler.awaitDestroyed();
		assertThat(this.transport.written()).containsExactly("sorry", "CLOSE");
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(4001, "full"));
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 4001", "destroy");
	}

	@Test
	void aDisconnectPassesAHandlerThatIsStuck() {
		CountDownLatch goOn = new CountDownLatch(1);
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> {
			goOn.await();
			return null;
		}), this.transport);
		this.node.send(connection, "first");
		Eventually.until(() -> this.handler.calls().contains("event first"));
		this.node.disconnect(connection, 4001);
		Eventually.until(() -> this.transport.closeStatus() != null);
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(4001, "out"));
		goOn.countDown();
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "event first", "disconnect 4001", "destroy");
	}

	@Test
	void aDisconnectPassesAFullMailbox() {
		ConnectionRuntime connection = this.node.create(this.handler);
		TestNode.connect(connection);
		for (int i = 0; i < 1000; i++) {
			assertThat(this.node.send(connection, "event")).isCompleted();
		}
		assertThat(this.node.send(connection, "event")).isCompletedExceptionally();
		assertThat(this.node.disconnect(connection, 4001)).isCompleted();
		connection.opened(this.transport);
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(4001, "out"));
		assertThat(this.handler.calls()).endsWith("disconnect 4001", "destroy");
	}

	@Test
	void aPrincipalWithoutANameIsAcceptedWithoutAnAddress() {
		try (CapturedLog log = CapturedLog.of(ConnectionManager.class)) {
			for (String name : Arrays.asList(null, "")) {
				RecordingLayer layer = new RecordingLayer();
				ConnectionRuntime connection = this.node.create(layer, Handshakes.ofUser(name), this.handler);
				assertThat(TestNode.connect(connection).accepted()).isTrue();
				assertThat(layer.calls()).containsExactly("subscribe");
			}
			assertThat(log.messages()).singleElement()
				.asString()
				.contains(" has a principal without a name (")
				.endsWith("): channels.user(..) does not reach it");
		}
	}

	@Test
	void aHandlerThatNeverEndsIsGivenUp() {
		this.node.settings().handlerTimeout(Duration.ofMillis(20));
		CompletableFuture<Void> never = new CompletableFuture<>();
		try (CapturedLog log = CapturedLog.of(ConnectionManager.class)) {
			ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> never), this.transport);
			connection.received(ClientMessage.text("1"));
			this.handler.awaitDestroyed();
			assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1011, ""));
			assertThat(this.handler.calls()).containsExactly("connect", "receive 1", "disconnect 1011", "destroy");
			assertThat(log.messages()).singleElement()
				.asString()
				.startsWith("The message handler of connection ")
				.endsWith(" did not end within PT0.02S (handler-timeout), the connection is closed");
		}
		never.completeExceptionally(new IllegalStateException("late"));
		assertThat(this.handler.calls()).hasSize(4);
	}

	@Test
	void aHandlerThatDoesNotReturnInTimeClosesTheConnectionAndIsNotOverlapped() {
		this.node.settings().handlerTimeout(Duration.ofMillis(20));
		CountDownLatch goOn = new CountDownLatch(1);
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> {
			goOn.await();
			return null;
		}), this.transport);
		connection.received(ClientMessage.text("1"));
		Eventually.until(() -> this.transport.closeStatus() != null);
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1011, ""));
		assertThat(this.handler.calls()).containsExactly("connect", "receive 1");
		goOn.countDown();
		this.handler.awaitDestroyed();
		assertThat(this.handler.overlapped()).isFalse();
		assertThat(this.handler.calls()).containsExactly("connect", "receive 1", "disconnect 1011", "destroy");
	}

	@Test
	void aDisconnectHandlerThatNeverEndsIsGivenUpAsWell() {
		this.node.settings().handlerTimeout(Duration.ofMillis(20));
		ConnectionRuntime connection = this.node.open(this.handler.onDisconnect(CompletableFuture::new),
				this.transport);
		connection.closed(CloseStatus.NORMAL);
		this.handler.awaitDestroyed();
		Eventually.until(() -> this.node.manager().count() == 0);
	}

	@Test
	void aHandlerThatEndsInTimeIsLeftAlone() {
		this.node.settings().handlerTimeout(Duration.ofSeconds(10));
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> CompletableFuture.runAsync(() -> {
		})), this.transport);
		connection.received(ClientMessage.text("1"));
		connection.received(ClientMessage.text("2"));
		Eventually.until(() -> this.handler.calls().contains("receive 2"));
		assertThat(connection.isOpen()).isTrue();
	}

	@Test
	void anActionForAWritableConnectionTakesItsTurn() throws Exception {
		CountDownLatch goOn = new CountDownLatch(1);
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> {
			goOn.await();
			return null;
		}), this.transport);
		connection.received(ClientMessage.text("1"));
		Eventually.until(() -> this.handler.calls().contains("receive 1"));
		CompletableFuture<String> thread = new CompletableFuture<>();
		this.handler.connection().whenWritable(() -> thread.complete(Thread.currentThread().getName()));
		assertThat(thread).as("a handler is busy").isNotDone();
		goOn.countDown();
		assertThat(thread.get(10, TimeUnit.SECONDS)).startsWith("channels-handler-");
	}

	@Test
	void anActionThatThrowsClosesWith1011() {
		this.node.open(this.handler, this.transport);
		this.handler.connection().whenWritable(() -> {
			throw new IllegalStateException("expected by the test");
		});
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1011, ""));
	}

	@Test
	void noActionIsRunOnceItCloses() {
		this.node.open(this.handler, this.transport.stuck());
		this.handler.connection().close();
		this.handler.connection().whenWritable(() -> this.handler.connection().attributes().put("run", true));
		Eventually.until(this.transport::isWriting);
		this.transport.completeWrite(null);
		this.handler.awaitDestroyed();
		assertThat(this.handler.connection().attributes()).isEmpty();
	}

	@Test
	void aWriteThatFailsAfterTheEndCutsNothing() {
		ConnectionRuntime connection = this.node.open(this.handler, this.transport.stuck());
		this.handler.connection().send("hello");
		Eventually.until(this.transport::isWriting);
		connection.closed(CloseStatus.NORMAL);
		this.transport.completeWrite(new IllegalStateException("closed"));
		this.handler.awaitDestroyed();
		assertThat(this.transport.aborts()).as("the close reply is the container's").isZero();
		assertThat(this.handler.calls()).contains("disconnect 1000");
	}

	@Test
	void aMessageThatDoesNotEndClosesWith1008() {
		this.node.settings().messageTimeout(Duration.ofMillis(20));
		ConnectionRuntime connection = this.node.open(this.handler, this.transport);
		connection.messageBegun();
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1008, "message not finished in time"));
	}

	@Test
	void aMessageWaitsForTheOneBefore() {
		CompletableFuture<Void> stage = new CompletableFuture<>();
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> stage), this.transport);
		connection.received(ClientMessage.text("1"));
		Eventually.until(() -> this.handler.calls().contains("receive 1"));
		connection.received(ClientMessage.text("2"));
		assertThat(this.transport.reading()).containsExactly("suspend");
		assertThat(this.handler.calls()).containsExactly("connect", "receive 1");
		stage.complete(null);
		Eventually.until(() -> this.handler.calls().contains("receive 2"));
		Eventually.until(() -> this.transport.reading().equals(List.of("suspend", "resume")));
	}

	@Test
	void whatComesAfterTheCloseHasBegunIsIgnored() {
		this.transport.stuck();
		ConnectionRuntime connection = this.node.open(this.handler, this.transport);
		this.handler.connection().close(4001, "bye");
		assertThat(connection.isOpen()).isFalse();
		connection.received(ClientMessage.text("late"));
		this.handler.connection().send("late");
		assertThat(this.node.drops().total(DropReason.CLOSED)).isEqualTo(1);
		Eventually.until(this.transport::isWriting);
		this.transport.completeWrite(null);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 4001", "destroy");
		assertThat(this.transport.written()).containsExactly("CLOSE");
	}

	@Test
	void aLargeMessageClosesWith1009() {
		ConnectionRuntime connection = this.node.open(this.handler, this.transport);
		connection.messageTooBig();
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1009, "message exceeds 1048576 bytes"));
		assertThat(this.handler.calls()).contains("disconnect 1009");
	}

	@Test
	void aFailureOfTheHandlerClosesWith1011() {
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> {
			throw new IllegalStateException("no database");
		}), this.transport);
		connection.received(ClientMessage.text("1"));
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1011, ""));
		assertThat(this.handler.calls()).containsExactly("connect", "receive 1", "disconnect 1011", "destroy");
	}

	@Test
	void failuresOfStreamsTakeTheirTurn() {
		ConnectionRuntime connection = this.node.open(this.handler, this.transport);
		connection.received(ClientMessage.text("1"));
		this.handler.connection().fail(new IllegalStateException("broken stream"));
		Eventually.until(() -> this.handler.calls().size() == 3);
		assertThat(this.handler.calls()).containsExactly("connect", "receive 1", "failure broken stream");
	}

	@Test
	void membersShareTheEncodingOfAnAnswer() {
		Map<String, String> answer = Map.of("text", "hi");
		FakeTransport second = new FakeTransport();
		RecordingHandler other = new RecordingHandler();
		for (RecordingHandler each : List.of(this.handler, other)) {
			each.onConnect(() -> each.connection().join("room")).onCall(() -> {
				each.connection().reply(answer);
				return null;
			});
		}
		this.node.open(this.handler, this.transport);
		this.node.open(other, second);
		this.node.send("room", "chat");
		Eventually.until(() -> !this.transport.frames().isEmpty() && !second.frames().isEmpty());
		assertThat(this.transport.frames().get(0)).isSameAs(second.frames().get(0));
		assertThat(this.transport.written()).containsExactly("{\"text\":\"hi\"}");
	}

	@Test
	void aWriteThatFailsCutsTheConnection() {
		ConnectionRuntime connection = this.node.open(this.handler,
				this.transport.failing(new IllegalStateException("broken pipe")));
		this.handler.connection().send("hello");
		this.handler.awaitDestroyed();
		Eventually.until(() -> this.transport.aborts() > 0);
		assertThat(this.handler.calls()).contains("disconnect 1006");
		assertThat(connection.isOpen()).isFalse();
	}

	@Test
	void aSlowClientIsClosedWith1013AndCutIfItDoesNotReadThat() {
		this.node.settings().outbound(10 + OutboundFrame.COST, SlowConsumerPolicy.CLOSE);
		this.node.open(this.handler, this.transport.stuck());
		this.handler.connection().send("x".repeat(10));
		Eventually.until(this.transport::isWriting);
		this.handler.connection().send("y");
		this.handler.awaitDestroyed();
		Eventually.until(() -> this.transport.aborts() > 0);
		assertThat(this.handler.calls()).contains("disconnect 1013");
		assertThat(this.node.drops().total(DropReason.SLOW_CONSUMER)).isEqualTo(1);
	}

	@Test
	void disconnectHasTheCodeThatWasAskedForIfThePeerGaveNone() {
		this.node.open(this.handler, this.transport.stuck()).closed(CloseStatus.ABNORMAL);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).contains("disconnect 1006");
		RecordingHandler asking = new RecordingHandler();
		ConnectionRuntime connection = this.node.open(asking, new FakeTransport().stuck());
		asking.connection().close(4001, "bye");
		connection.closed(CloseStatus.ABNORMAL);
		asking.awaitDestroyed();
		assertThat(asking.calls()).contains("disconnect 4001");
	}

	@Test
	void eventsThatWaitAtTheEndAreDroppedAndCounted() throws Exception {
		CountDownLatch goOn = new CountDownLatch(1);
		ConnectionRuntime connection = this.node.open(this.handler.onCall(() -> {
			goOn.await();
			return null;
		}), this.transport);
		this.node.send(connection, "first");
		Eventually.until(() -> this.handler.calls().contains("event first"));
		this.node.send(connection, "second");
		connection.closed(CloseStatus.NORMAL);
		assertThat(this.node.drops().total(DropReason.CLOSED)).isEqualTo(1);
		this.node.send(connection, "third");
		assertThat(this.node.drops().total(DropReason.NO_RECEIVER)).isEqualTo(1);
		goOn.countDown();
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "event first", "disconnect 1000", "destroy");
	}

	@Test
	void anEventThatComesAfterTheEndIsDroppedAndCounted() {
		RecordingLayer layer = new RecordingLayer();
		ConnectionRuntime connection = this.node.create(layer, this.handler);
		TestNode.connect(connection);
		connection.upgradeFailed();
		this.node.deliver(layer.receiver(), "late");
		assertThat(this.node.drops().total(DropReason.CLOSED)).isEqualTo(1);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1006", "destroy");
	}

	@Test
	void anEndActionIsRunOnceOrRemoved() {
		AtomicInteger kept = new AtomicInteger();
		AtomicInteger removed = new AtomicInteger();
		ConnectionRuntime connection = this.node.open(this.handler, this.transport);
		Runnable action = kept::incrementAndGet;
		this.handler.connection().whenEnded(action);
		this.handler.connection().whenEnded(action);
		this.handler.connection().whenEnded(removed::incrementAndGet).run();
		connection.closed(CloseStatus.NORMAL);
		assertThat(kept).as("registered twice").hasValue(2);
		this.handler.connection().whenEnded(action);
		assertThat(kept).as("at once after the end").hasValue(3);
		assertThat(removed).hasValue(0);
	}

	@Test
	void saysNoMoreThanItsPath() {
		ConnectionRuntime connection = this.node.create(this.handler);
		assertThat(connection).hasToString("connection " + connection.channelName() + " of /chat/lobby");
	}

}
