package dev.channels.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import dev.channels.CloseStatus;

/**
 * A client that takes what it is told to.
 */
final class FakeTransport implements Transport {

	private final List<OutboundFrame> frames = new ArrayList<>();

	private final List<Integer> batches = new ArrayList<>();

	private final Deque<WriteCallback> pending = new ArrayDeque<>();

	private final AtomicInteger writing = new AtomicInteger();

	private boolean writesBlock = true;

	private boolean stuck;

	private Executor endsOn = Runnable::run;

	private boolean overlapped;

	private Throwable failure;

	private int aborts;

	private volatile long received;

	private volatile long sent;

	private final List<String> reading = new ArrayList<>();

	private Consumer<OutboundFrame> whenWritten = (frame) -> {
	};

	/**
	 * Let whoever sends write.
	 */
	FakeTransport notBlocking() {
		this.writesBlock = false;
		return this;
	}

	/**
	 * Let writes end only when {@link #completeWrite()} says so.
	 */
	FakeTransport stuck() {
		this.stuck = true;
		return this;
	}

	/**
	 * Let writes end at once again.
	 */
	FakeTransport flowing() {
		this.stuck = false;
		return this;
	}

	/**
	 * Let writes end on other threads.
	 */
	FakeTransport endingOn(Executor executor) {
		this.endsOn = executor;
		return this;
	}

	FakeTransport failing(Throwable failure) {
		this.failure = failure;
		return this;
	}

	FakeTransport whenWritten(Consumer<OutboundFrame> action) {
		this.whenWritten = action;
		return this;
	}

	@Override
	public boolean writesBlock() {
		return this.writesBlock;
	}

	@Override
	public void write(List<OutboundFrame> frames, WriteCallback callback) {
		synchronized (this) {
			if (this.writing.getAndIncrement() > 0) {
				this.overlapped = true;
			}
			this.frames.addAll(frames);
			this.batches.add(frames.size());
			this.pending.add(callback);
		}
		frames.forEach(this.whenWritten);
		if (!this.stuck) {
			this.endsOn.execute(this::completeWrite);
		}
	}

	void completeWrite() {
		completeWrite(this.failure);
	}

	void completeWrite(Throwable failure) {
		WriteCallback callback;
		synchronized (this) {
			callback = this.pending.remove();
			this.writing.decrementAndGet();
		}
		callback.written(failure);
	}

	/**
	 * Let bytes come from the client.
	 */
	void receive(long bytes) {
		this.received += bytes;
	}

	/**
	 * Let bytes go to the client.
	 */
	void move(long bytes) {
		this.sent += bytes;
	}

	@Override
	public long received() {
		return this.received;
	}

	@Override
	public long sent() {
		return this.sent;
	}

	@Override
	public synchronized void suspendReading() {
		this.reading.add("suspend");
	}

	@Override
	public synchronized void resumeReading() {
		this.reading.add("resume");
	}

	@Override
	public void abort() {
		WriteCallback callback;
		synchronized (this) {
			this.aborts++;
			callback = this.pending.poll();
			if (callback != null) {
				this.writing.decrementAndGet();
			}
		}
		if (callback != null) {
			callback.written(new IllegalStateException("cut"));
		}
	}

	synchronized List<OutboundFrame> frames() {
		return List.copyOf(this.frames);
	}

	/**
	 * Return what was written: texts as they are, other kinds by their name.
	 */
	synchronized List<String> written() {
		return this.frames.stream()
			.map((frame) -> (frame.kind() == OutboundFrame.Kind.TEXT) ? frame.text() : frame.kind().name())
			.toList();
	}

	synchronized List<Integer> batches() {
		return List.copyOf(this.batches);
	}

	synchronized boolean isWriting() {
		return !this.pending.isEmpty();
	}

	synchronized boolean overlapped() {
		return this.overlapped;
	}

	synchronized int aborts() {
		return this.aborts;
	}

	synchronized List<String> reading() {
		return List.copyOf(this.reading);
	}

	synchronized CloseStatus closeStatus() {
		return this.frames.stream()
			.filter((frame) -> frame.kind() == OutboundFrame.Kind.CLOSE)
			.findFirst()
			.map(OutboundFrame::status)
			.orElse(null);
	}

}
