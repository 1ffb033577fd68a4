package dev.channels.connection;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.channels.CloseStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ConnectionManager}.
 */
class ConnectionManagerTests {

	private static final Duration LONG = Duration.ofSeconds(10);

	private static final Duration SHORT = Duration.ofMillis(1);

	private final TestNode node = new TestNode();

	private final ConnectionManager manager = this.node.manager();

	private final RecordingHandler handler = new RecordingHandler();

	private final FakeTransport transport = new FakeTransport();

	private final CountDownLatch goOn = new CountDownLatch(1);

	@AfterEach
	void release() {
		this.goOn.countDown();
		this.node.close();
	}

	@Test
	void countsConnectionsFromConnectUntilTheirDisconnectIsDone() {
		ConnectionRuntime connection = this.node.create(blockingDisconnect());
		assertThat(this.manager.count()).isZero();
		TestNode.connect(connection);
		assertThat(this.manager.count()).isEqualTo(1);
		connection.opened(this.transport);
		connection.closed(CloseStatus.NORMAL);
		Eventually.until(() -> this.handler.calls().contains("disconnect 1000"));
		assertThat(this.manager.count()).isEqualTo(1);
		this.goOn.countDown();
		Eventually.until(() -> this.manager.count() == 0);
	}

	@Test
	void stopsAtOnceWithoutConnections() {
		assertThat(this.manager.stop(Duration.ZERO)).isTrue();
	}

	@Test
	void stopClosesAllAndWaitsForTheirDisconnectHandlers() {
		RecordingHandler other = new RecordingHandler();
		FakeTransport otherTransport = new FakeTransport();
		this.node.open(this.handler, this.transport);
		this.node.open(other, otherTransport);
		assertThat(this.manager.stop(LONG)).isTrue();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1001", "destroy");
		assertThat(other.calls()).containsExactly("connect", "disconnect 1001", "destroy");
		assertThat(this.transport.closeStatus()).isEqualTo(new CloseStatus(1001, "server is shutting down"));
		assertThat(otherTransport.closeStatus()).isEqualTo(new CloseStatus(1001, "server is shutting down"));
		assertThat(this.transport.aborts()).isZero();
		assertThat(this.manager.count()).isZero();
	}

	@Test
	void stopCutsWhatIsNotClosedInTime() {
		this.node.open(this.handler, this.transport.stuck());
		assertThat(this.manager.stop(SHORT)).isFalse();
		assertThat(this.transport.aborts()).isPositive();
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1001", "destroy");
	}

	@Test
	void stopDoesNotWaitLongerForDisconnectHandlers() {
		this.node.open(blockingDisconnect(), this.transport);
		assertThat(this.manager.stop(SHORT)).isFalse();
		assertThat(this.manager.count()).isEqualTo(1);
		this.goOn.countDown();
		this.handler.awaitDestroyed();
	}

	@Test
	void stopCutsWhatIsAcceptedAndNotOpen() {
		ConnectionRuntime connection = this.node.create(this.handler);
		TestNode.connect(connection);
		assertThat(this.manager.stop(SHORT)).isFalse();
		this.handler.awaitDestroyed();
		connection.opened(this.transport);
		assertThat(this.transport.aborts()).isEqualTo(1);
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1001", "destroy");
	}

	@Test
	void aHandshakeThatIsUnderWayIsClosedOnceItIsOpen() {
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(this::block));
		CompletableFuture<HandshakeResult> result = connection.connect().toCompletableFuture();
		Eventually.until(() -> this.handler.calls().contains("connect"));
		CompletableFuture<Boolean> stopped = CompletableFuture.supplyAsync(() -> this.manager.stop(LONG));
		Eventually.until(this::isStopping);
		this.goOn.countDown();
		assertThat(result.orTimeout(10, TimeUnit.SECONDS).join().accepted()).isTrue();
		connection.opened(this.transport);
		this.handler.awaitDestroyed();
		assertThat(this.transport.closeStatus().code()).isEqualTo(1001);
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1001", "destroy");
		assertThat(stopped.orTimeout(10, TimeUnit.SECONDS).join()).isTrue();
	}

	@Test
	void aHandshakeThatIsUnderWayAtTheEndIsRefusedAndHasItsDisconnect() {
		ConnectionRuntime connection = this.node.create(this.handler.onConnect(this::block));
		CompletableFuture<HandshakeResult> result = connection.connect().toCompletableFuture();
		Eventually.until(() -> this.handler.calls().contains("connect"));
		assertThat(this.manager.stop(SHORT)).isFalse();
		this.goOn.countDown();
		assertThat(result.orTimeout(10, TimeUnit.SECONDS).join().status()).isEqualTo(503);
		this.handler.awaitDestroyed();
		assertThat(this.handler.calls()).containsExactly("connect", "disconnect 1001", "destroy");
		Eventually.until(() -> this.manager.count() == 0);
	}

	/**
	 * Whether a handshake that begins now is refused.
	 */
	private boolean isStopping() {
		ConnectionRuntime probe = this.node.create(new RecordingHandler());
		boolean stopping = TestNode.connect(probe).status() == 503;
		// one that was accepted is not waited for
		probe.upgradeFailed();
		return stopping;
	}

	private CompletionStage<?> block() throws InterruptedException {
		this.goOn.await();
		return null;
	}

	@Test
	void refusesNewConnectionsWhileItStops() {
		this.manager.stop(SHORT);
		ConnectionRuntime connection = this.node.create(this.handler);
		HandshakeResult result = TestNode.connect(connection);
		assertThat(result.status()).isEqualTo(503);
		assertThat(this.handler.calls()).as("no user code is reached").isEmpty();
		assertThat(this.node.knows(connection)).isFalse();
		assertThat(this.manager.count()).isZero();
	}

	@Test
	void acceptsAgainAfterStart() {
		this.manager.stop(SHORT);
		this.manager.start();
		assertThat(TestNode.connect(this.node.create(this.handler)).accepted()).isTrue();
		assertThat(this.manager.count()).isEqualTo(1);
	}

	@Test
	void anInterruptedStopCutsAndKeepsTheInterrupt() {
		this.node.open(this.handler, this.transport.stuck());
		Thread.currentThread().interrupt();
		boolean done = this.manager.stop(LONG);
		assertThat(Thread.interrupted()).isTrue();
		assertThat(done).isFalse();
		assertThat(this.transport.aborts()).isPositive();
		this.handler.awaitDestroyed();
	}

	@Test
	void noConnectionSlipsThroughWhileItStops() {
		try (Race race = new Race()) {
			for (int i = 0; i < 300; i++) {
				this.manager.start();
				List<RecordingHandler> handlers = List.of(new RecordingHandler(), new RecordingHandler(),
						new RecordingHandler());
				List<Runnable> tasks = new ArrayList<>(
						handlers.stream().<Runnable>map((each) -> () -> connectAndOpen(each)).toList());
				tasks.add(() -> assertThat(this.manager.stop(LONG)).isTrue());
				race.run(tasks.toArray(Runnable[]::new));
				assertThat(this.manager.count()).isZero();
				assertThat(handlers).extracting(RecordingHandler::calls)
					.isSubsetOf(List.of(), List.of("connect", "disconnect 1001", "destroy"));
			}
		}
	}

	private void connectAndOpen(RecordingHandler handler) {
		ConnectionRuntime connection = this.node.create(handler);
		if (TestNode.connect(connection).accepted()) {
			connection.opened(new FakeTransport());
		}
	}

	private RecordingHandler blockingDisconnect() {
		return this.handler.onDisconnect(() -> {
			this.goOn.await();
			return null;
		});
	}

}
