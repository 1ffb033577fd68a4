package dev.channels.consumer;

import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.stream.BaseStream;

import dev.channels.connection.ServerConnection;
import org.jspecify.annotations.Nullable;

/**
 * Sends the elements of a stream as they come and as fast as the client reads. Runs
 * beside the mailbox, on the handlers' executor; holds a thread while the stream blocks.
 * When the client goes, a stream that blocks is interrupted, and the stream is closed.
 * Fields are guarded by this object's monitor.
 */
final class StreamReply {

	private final BaseStream<?, ?> stream;

	private final ResultType element;

	private final ServerConnection connection;

	private final Executor executor;

	private @Nullable Iterator<?> iterator;

	private @Nullable Thread runner;

	/**
	 * Who sets one of the two, guarded by this, closes the stream: whoever ends the
	 * connection, or the run that has sent all.
	 */
	private boolean cancelled;

	private boolean done;

	private Runnable unregister = () -> {
	};

	StreamReply(BaseStream<?, ?> stream, ResultType element, ServerConnection connection, Executor executor) {
		this.stream = stream;
		this.element = element;
		this.connection = connection;
		this.executor = executor;
	}

	void start() {
		this.unregister = this.connection.whenEnded(this::cancel);
		this.executor.execute(this::run);
	}

	private synchronized void cancel() {
		if (this.done) {
			return;
		}
		this.cancelled = true;
		if (this.runner != null) {
			this.runner.interrupt();
		}
		else {
			this.executor.execute(this.stream::close);
		}
	}

	private void run() {
		if (!begin()) {
			return;
		}
		boolean paused = false;
		Throwable failure = null;
		try {
			paused = sendWhileWritable();
		}
		catch (Throwable ex) {
			failure = ex;
		}
		if (end(paused)) {
			return;
		}
		if (paused) {
			// not before the end of this run: the next one may begin at once
			this.connection.resumeWhenWritable(() -> this.executor.execute(this::run));
			return;
		}
		this.unregister.run();
		failure = close(failure);
		if (failure != null) {
			this.connection.fail(failure);
		}
	}

	private @Nullable Throwable close(@Nullable Throwable failure) {
		try {
			this.stream.close();
			return failure;
		}
		catch (Throwable ex) {
			if (failure == null) {
				return ex;
			}
			failure.addSuppressed(ex);
			return failure;
		}
	}

	/**
	 * Send until the client cannot keep up, or all is sent.
	 * @return whether it goes on later
	 */
	private boolean sendWhileWritable() {
		Iterator<?> iterator = iterator();
		// of an endless stream nobody would notice that a closing connection takes
		// nothing
		while (!isCancelled() && this.connection.isOpen() && iterator.hasNext()) {
			Object element = iterator.next();
			if (element != null) {
				this.connection.send(element, this.element.writerOf(element));
			}
			if (!this.connection.isWritable()) {
				return true;
			}
		}
		return false;
	}

	private Iterator<?> iterator() {
		Iterator<?> iterator = this.iterator;
		if (iterator == null) {
			iterator = this.stream.iterator();
			this.iterator = iterator;
		}
		return iterator;
	}

	private synchronized boolean isCancelled() {
		return this.cancelled;
	}

	private synchronized boolean begin() {
		if (this.cancelled) {
			return false;
		}
		this.runner = Thread.currentThread();
		return true;
	}

	/**
	 * Give the thread back without the interrupt that was meant for the stream.
	 * @param paused whether there is more to send
	 * @return whether the stream was cancelled, and has been closed
	 */
	private boolean end(boolean paused) {
		synchronized (this) {
			this.runner = null;
			if (!this.cancelled) {
				this.done = !paused;
				return false;
			}
			Thread.interrupted();
		}
		this.stream.close();
		return true;
	}

}
