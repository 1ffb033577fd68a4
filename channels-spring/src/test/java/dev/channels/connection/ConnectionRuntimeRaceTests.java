package dev.channels.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.channels.CloseStatus;
import dev.channels.layer.DropReason;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ConnectionRuntime} while it is opened and ended by many threads at
 * once.
 */
class ConnectionRuntimeRaceTests {

	private static final int TIMES = 1000;

	private static final int EVENTS = 10;

	private final TestNode node = new TestNode();

	private final Race race = new Race();

	@AfterEach
	void release() {
		Eventually.until(() -> this.node.manager().count() == 0);
		this.race.close();
		this.node.close();
	}

	@Test
	void anUpgradeThatFailsAtTheSameTimeEndsTheConnectionOrIsIgnored() {
		for (int i = 0; i < TIMES; i++) {
			Subject subject = new Subject();
			this.race.run(subject::opened, subject.connection::upgradeFailed);
			boolean open = subject.connection.isOpen();
			assertThat(subject.transport.aborts() == 0).as("there is a socket").isEqualTo(open);
			if (open) {
				assertThat(subject.handler.calls()).containsExactly("connect");
				subject.connection.close(new CloseStatus(4001, "bye"));
			}
			subject.assertEnded();
			assertThat(subject.handler.calls()).contains("disconnect " + (open ? 4001 : 1006));
		}
	}

	@Test
	void aConnectionThatIsCutWhileItOpensLeavesNoSocketBehind() {
		for (int i = 0; i < TIMES; i++) {
			Subject subject = new Subject();
			this.race.run(subject::opened, subject.connection::cut);
			assertThat(subject.transport.aborts()).isPositive();
			subject.assertEnded();
		}
	}

	@Test
	void aClientThatGoesWhileTheHandshakeIsDecidedHasItsDisconnect() {
		for (int i = 0; i < TIMES; i++) {
			RecordingHandler handler = new RecordingHandler();
			CompletableFuture<Void> stage = new CompletableFuture<>();
			ConnectionRuntime connection = this.node.create(handler.onConnect(() -> stage));
			CompletableFuture<HandshakeResult> result = connection.connect().toCompletableFuture();
			Eventually.until(() -> handler.calls().contains("connect"));
			this.race.run(() -> stage.complete(null), connection::upgradeFailed);
			assertThat(result.orTimeout(10, TimeUnit.SECONDS).join().status()).isIn(101, 503);
			handler.awaitDestroyed();
			assertThat(handler.calls()).containsExactly("connect", "disconnect 1006", "destroy");
			assertThat(this.node.knows(connection)).isFalse();
		}
		Eventually.until(() -> this.node.manager().count() == 0);
	}

	@Test
	void aCloseWhileItOpensIsWritten() {
		for (int i = 0; i < TIMES; i++) {
			Subject subject = new Subject();
			this.race.run(subject::opened, () -> subject.connection.close(new CloseStatus(4001, "bye")));
			subject.assertEnded();
			assertThat(subject.transport.written()).containsExactly("CLOSE");
			assertThat(subject.handler.calls()).contains("disconnect 4001");
		}
	}

	@Test
	void endsOnceHoweverManyThreadsEndIt() {
		for (int i = 0; i < TIMES; i++) {
			Subject subject = new Subject();
			this.race.run(subject::opened, subject.connection::upgradeFailed,
					() -> subject.connection.closed(CloseStatus.NORMAL),
					() -> subject.connection.close(new CloseStatus(4001, "bye")),
					() -> subject.connection.received(ClientMessage.text("hello")),
					() -> subject.handler.connection().join("late"), () -> this.node.send("group", "chat"),
					subject::registerEndAction);
			subject.assertEnded();
			assertThat(subject.handler.overlapped()).isFalse();
		}
	}

	@Test
	void anEventIsHandledOrCountedHoweverItMeetsTheEnd() {
		for (int i = 0; i < TIMES; i++) {
			Subject subject = new Subject();
			subject.opened();
			long before = drops();
			Runnable send = () -> IntStream.range(0, EVENTS).forEach((n) -> this.node.send(subject.connection, "chat"));
			this.race.run(send, send, () -> subject.connection.closed(CloseStatus.NORMAL));
			subject.handler.awaitDestroyed();
			long handled = subject.handler.calls().stream().filter((call) -> call.equals("event chat")).count();
			assertThat(handled + drops() - before).isEqualTo(2 * EVENTS);
		}
	}

	private long drops() {
		return this.node.drops().total(DropReason.CLOSED) + this.node.drops().total(DropReason.NO_RECEIVER);
	}

	/**
	 * A connection that was accepted, and is a member of a group.
	 */
	private final class Subject {

		private final AtomicInteger registered = new AtomicInteger();

		private final AtomicInteger endActions = new AtomicInteger();

		private final FakeTransport transport = new FakeTransport();

		private final RecordingHandler handler = new RecordingHandler();

		private final ConnectionRuntime connection = ConnectionRuntimeRaceTests.this.node.create(this.handler);

		Subject() {
			this.handler.onConnect(() -> {
				this.handler.connection().join("group");
				registerEndAction();
				return null;
			});
			assertThat(TestNode.connect(this.connection).accepted()).isTrue();
		}

		void opened() {
			this.connection.opened(this.transport);
		}

		void registerEndAction() {
			this.registered.incrementAndGet();
			this.handler.connection().whenEnded(this.endActions::incrementAndGet);
		}

		void assertEnded() {
			TestNode node = ConnectionRuntimeRaceTests.this.node;
			this.handler.awaitDestroyed();
			assertThat(this.handler.calls().stream().filter((call) -> call.startsWith("disconnect"))).hasSize(1);
			assertThat(this.handler.calls().get(this.handler.calls().size() - 2)).startsWith("disconnect");
			assertThat(this.handler.calls().get(this.handler.calls().size() - 1)).isEqualTo("destroy");
			assertThat(this.endActions).hasValue(this.registered.get());
			assertThat(this.connection.isOpen()).isFalse();
			assertThat(node.knows(this.connection)).isFalse();
		}

	}

}
