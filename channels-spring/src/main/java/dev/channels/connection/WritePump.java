package dev.channels.connection;

import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.jspecify.annotations.Nullable;

/**
 * Writes batch after batch while its source has any. There is one write at a time, and
 * whoever ends it goes on, without a deeper stack: the thread that writes if the write
 * has ended when the call returns, else the one that ends it. The state is guarded by
 * this object's monitor, which is never held during a call.
 */
final class WritePump implements Runnable, Transport.WriteCallback {

	/**
	 * After so many batches other connections get their turn, and a thread that writes
	 * what others send is let go.
	 */
	private static final int MAX_BATCHES_PER_TURN = 16;

	private final Transport transport;

	private final Executor executor;

	private final Source source;

	private State state = State.RESTING;

	private @Nullable Throwable failure;

	WritePump(Transport transport, Executor executor, Source source) {
		this.transport = transport;
		this.executor = executor;
		this.source = source;
	}

	/**
	 * Begin to write. Not called again before the source was asked in vain.
	 */
	void start() {
		if (this.transport.writesBlock()) {
			startTurn();
		}
		else {
			run();
		}
	}

	/**
	 * Begin to write, but not on this thread.
	 */
	void startTurn() {
		try {
			this.executor.execute(this);
		}
		catch (RejectedExecutionException ex) {
			this.source.failed(ex);
		}
	}

	long sent() {
		return this.transport.sent();
	}

	@Override
	public void run() {
		for (int i = 0; i < MAX_BATCHES_PER_TURN; i++) {
			List<OutboundFrame> batch = this.source.next();
			if (batch.isEmpty() || !write(batch)) {
				return;
			}
		}
		startTurn();
	}

	/**
	 * Write a batch.
	 * @return whether it has been written; if not, then {@link #written} goes on or has
	 * told of the failure
	 */
	private boolean write(List<OutboundFrame> batch) {
		synchronized (this) {
			this.state = State.CALLING;
		}
		try {
			this.transport.write(batch, this);
		}
		catch (Throwable ex) {
			// no transport does this knowingly; without an end nothing more is written
			end(ex);
		}
		synchronized (this) {
			if (this.state == State.CALLING) {
				this.state = State.PENDING;
				return false;
			}
		}
		return goesOn();
	}

	@Override
	public void written(@Nullable Throwable failure) {
		if (end(failure) == State.PENDING && goesOn()) {
			run();
		}
	}

	/**
	 * Take note of an end, once.
	 * @return the state before
	 */
	private synchronized State end(@Nullable Throwable failure) {
		State before = this.state;
		if (before != State.RESTING) {
			this.state = State.RESTING;
			this.failure = failure;
		}
		return before;
	}

	private boolean goesOn() {
		Throwable failure = this.failure;
		if (failure != null) {
			this.source.failed(failure);
		}
		return failure == null;
	}

	/**
	 * How far the write is.
	 */
	private enum State {

		/**
		 * There is none, or it has ended.
		 */
		RESTING,

		/**
		 * The transport is being called.
		 */
		CALLING,

		/**
		 * The call has returned, the write has not ended.
		 */
		PENDING

	}

	/**
	 * Has what is to be written.
	 */
	interface Source {

		/**
		 * Take the next batch. The one before has been written.
		 * @return the frames; if there are none, the pump stops and has to be started
		 * again
		 */
		List<OutboundFrame> next();

		/**
		 * The batch could not be written, and nothing more is. The pump has stopped.
		 */
		void failed(Throwable failure);

	}

}
