package dev.channels.connection;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.CloseStatus;
import dev.channels.layer.SharedEvent;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A handler that remembers its calls, and does what it is told to.
 */
class RecordingHandler implements ConnectionHandler, ConnectionHandler.Factory {

	private final List<String> calls = new CopyOnWriteArrayList<>();

	private final AtomicInteger running = new AtomicInteger();

	private final CountDownLatch destroyed = new CountDownLatch(1);

	private volatile boolean overlapped;

	private volatile ServerConnection connection;

	private volatile Action onConnect = () -> null;

	private volatile Action onCall = () -> null;

	private volatile Action onDisconnect = () -> null;

	RecordingHandler onConnect(Action action) {
		this.onConnect = action;
		return this;
	}

	/**
	 * What to do with messages, events and failures.
	 */
	RecordingHandler onCall(Action action) {
		this.onCall = action;
		return this;
	}

	RecordingHandler onDisconnect(Action action) {
		this.onDisconnect = action;
		return this;
	}

	@Override
	public ConnectionHandler create(ServerConnection connection) {
		this.connection = connection;
		return this;
	}

	ServerConnection connection() {
		return this.connection;
	}

	/**
	 * Wait for the last call.
	 */
	void awaitDestroyed() {
		try {
			assertThat(this.destroyed.await(10, TimeUnit.SECONDS)).as("is destroyed").isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	List<String> calls() {
		return List.copyOf(this.calls);
	}

	boolean overlapped() {
		return this.overlapped;
	}

	@Override
	public CompletionStage<?> connect() throws Exception {
		return call("connect", this.onConnect);
	}

	@Override
	public CompletionStage<?> receive(ClientMessage message) throws Exception {
		return call("receive " + message.text(), this.onCall);
	}

	@Override
	public CompletionStage<?> event(SharedEvent event) throws Exception {
		return call("event " + event.type(), this.onCall);
	}

	@Override
	public CompletionStage<?> failure(Throwable failure) throws Exception {
		return call("failure " + failure.getMessage(), this.onCall);
	}

	@Override
	public CompletionStage<?> disconnect(CloseStatus status) throws Exception {
		return call("disconnect " + status.code(), this.onDisconnect);
	}

	@Override
	public void destroy() {
		this.calls.add("destroy");
		this.destroyed.countDown();
	}

	private CompletionStage<?> call(String what, Action action) throws Exception {
		if (this.running.getAndIncrement() > 0) {
			this.overlapped = true;
		}
		this.calls.add(what);
		try {
			return action.run();
		}
		finally {
			this.running.decrementAndGet();
		}
	}

	/**
	 * What to do in a call.
	 */
	@FunctionalInterface
	interface Action {

		CompletionStage<?> run() throws Exception;

	}

}
