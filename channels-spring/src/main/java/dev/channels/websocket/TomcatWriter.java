package dev.channels.websocket;

import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.CompletionHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import dev.channels.connection.OutboundFrame;
import dev.channels.connection.Transport.WriteCallback;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.util.net.SocketWrapperBase.BlockingMode;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionCheck;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionHandlerCall;
import org.apache.tomcat.util.net.SocketWrapperBase.CompletionState;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to a socket of Tomcat, for which no thread waits: what the socket does
 * not take at once is written as it takes it, by container threads, and one of them tells
 * of the end.
 * <p>
 * Beside ours Tomcat writes one frame, its last, when it answers the client's close or
 * ends the session itself. The lock sees to it that nothing of ours follows that frame,
 * and that it does not come in the middle of one of ours. It is held while the socket is
 * tried, which takes a few system calls at most, and never while anything waits or is
 * told.
 */
final class TomcatWriter {

	/**
	 * Larger frames are written in so many parts: it shows whether they move, and the JDK
	 * copies all that it is given, however little of it the socket takes.
	 */
	private static final int MAX_PART = 8 * 1024;

	/**
	 * So much of smaller frames is written with one system call.
	 */
	private static final int MAX_TOGETHER = 64 * 1024;

	/**
	 * As good as none: who watches the connection knows whether a write moves.
	 */
	private static final long TIMEOUT_MILLIS = Duration.ofDays(1).toMillis();

	private static final long RETRY_MILLIS = 1;

	private final SocketWrapperBase<?> socket;

	private final ScheduledExecutorService timer;

	private final Runnable full;

	private final Runnable drained;

	private final ReentrantLock lock = new ReentrantLock();

	/**
	 * What is being written. Guarded by the lock.
	 */
	private @Nullable Write current;

	/**
	 * Whether nothing is begun any more. Guarded by the lock.
	 */
	private boolean closed;

	/**
	 * Whether a close frame of Tomcat's is expected as the next. Guarded by the lock.
	 */
	private boolean closedForClose;

	private volatile long sent;

	/**
	 * Create a writer.
	 * @param timer tries again while somebody else is writing
	 * @param full told when a write has to wait for the socket
	 * @param drained told when that write has ended, perhaps before {@code full}
	 */
	TomcatWriter(SocketWrapperBase<?> socket, ScheduledExecutorService timer, Runnable full, Runnable drained) {
		this.socket = socket;
		this.timer = timer;
		this.full = full;
		this.drained = drained;
	}

	/**
	 * Write frames. Not called again before the end.
	 * @param last whether nothing may follow them
	 * @param callback told once, by this thread or another
	 */
	void write(List<OutboundFrame> frames, boolean last, WriteCallback callback) {
		Write write = new Write(buffersOf(frames), callback);
		write.told(begin(write, last), false);
	}

	private static ByteBuffer[] buffersOf(List<OutboundFrame> frames) {
		List<ByteBuffer> buffers = new ArrayList<>(frames.size());
		for (OutboundFrame frame : frames) {
			ByteBuffer wire = frame.wire();
			while (wire.remaining() > MAX_PART) {
				buffers.add(wire.slice(wire.position(), MAX_PART));
				wire.position(wire.position() + MAX_PART);
			}
			buffers.add(wire);
		}
		return buffers.toArray(ByteBuffer[]::new);
	}

	private CompletionState begin(Write write, boolean last) {
		this.lock.lock();
		try {
			if (this.closed) {
				write.failure = new ClosedChannelException();
				return CompletionState.ERROR;
			}
			this.closed = last;
			this.current = write;
			return write.tryParts();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Let go of a write that has ended.
	 * @return {@code false} if it has been abandoned
	 */
	private boolean end(Write write) {
		this.lock.lock();
		try {
			if (this.current != write) {
				return false;
			}
			this.current = null;
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return how many bytes the socket has taken.
	 */
	long sent() {
		return this.sent;
	}

	/**
	 * Begin no write any more, unless one is under way, so that a close frame can follow.
	 * @return whether none is under way
	 */
	boolean closeBetweenWrites() {
		this.lock.lock();
		try {
			if (this.current != null) {
				return false;
			}
			if (!this.closed) {
				this.closed = true;
				this.closedForClose = true;
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Begin no write any more. Waits for a write that is trying the socket, which is then
	 * complete, or has to wait.
	 * @return whether a close frame can follow: none of ours went before it, and no frame
	 * of ours is in the middle of being written
	 */
	boolean close() {
		this.lock.lock();
		try {
			boolean complete = (!this.closed || this.closedForClose) && this.current == null;
			this.closed = true;
			this.closedForClose = false;
			return complete;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Begin no write any more, and give up one that waits: the socket is closed, and
	 * Tomcat does not tell of its end.
	 */
	void abandon() {
		Write write;
		this.lock.lock();
		try {
			this.closed = true;
			write = this.current;
			this.current = null;
		}
		finally {
			this.lock.unlock();
		}
		if (write != null) {
			write.ended(new AsynchronousCloseException(), true);
		}
	}

	/**
	 * A write, part after part. Of one thread at a time: the one that began it until it
	 * has to wait, and then those that Tomcat calls it on.
	 */
	private final class Write implements CompletionCheck, CompletionHandler<Long, @Nullable Void> {

		private final ByteBuffer[] buffers;

		private final WriteCallback callback;

		/**
		 * Where the part begins that is being written.
		 */
		private int from;

		private int count;

		private int remaining;

		private @Nullable Throwable failure;

		Write(ByteBuffer[] buffers, WriteCallback callback) {
			this.buffers = buffers;
			this.callback = callback;
			nextPart();
		}

		/**
		 * Go on to the next part.
		 * @return whether there is one
		 */
		private boolean nextPart() {
			this.from += this.count;
			this.count = 0;
			this.remaining = 0;
			while (this.from + this.count < this.buffers.length) {
				int size = this.buffers[this.from + this.count].remaining();
				if (this.count > 0 && (size >= MAX_PART || this.remaining + size > MAX_TOGETHER)) {
					break;
				}
				this.remaining += size;
				this.count++;
			}
			return this.count > 0;
		}

		/**
		 * Write until the socket is full, with the lock.
		 */
		private CompletionState tryParts() {
			CompletionState state = tryPart();
			while (state == CompletionState.INLINE && nextPart()) {
				state = tryPart();
			}
			if (state == CompletionState.INLINE || state == CompletionState.ERROR) {
				TomcatWriter.this.current = null;
			}
			return state;
		}

		private CompletionState tryPart() {
			return TomcatWriter.this.socket.write(this.buffers, this.from, this.count, BlockingMode.NON_BLOCK,
					TIMEOUT_MILLIS, TimeUnit.MILLISECONDS, null, this, this);
		}

		/**
		 * Act on what Tomcat said, without the lock.
		 * @param waits whether the socket has been full before
		 */
		void told(CompletionState state, boolean waits) {
			switch (state) {
				case INLINE -> ended(null, waits);
				case ERROR -> ended(this.failure, waits);
				case NOT_DONE -> {
					waits(waits);
					retry();
				}
				// from here on it is perhaps another thread's
				case PENDING, DONE -> waits(waits);
			}
		}

		private void waits(boolean before) {
			if (!before) {
				TomcatWriter.this.full.run();
			}
		}

		private void ended(@Nullable Throwable failure, boolean waited) {
			if (waited) {
				TomcatWriter.this.drained.run();
			}
			this.callback.written(failure);
		}

		/**
		 * Somebody else's frame is being written.
		 */
		private void retry() {
			try {
				TomcatWriter.this.timer.schedule(this::goOn, RETRY_MILLIS, TimeUnit.MILLISECONDS);
			}
			catch (RejectedExecutionException ex) {
				endedLater(ex);
			}
		}

		private void goOn() {
			CompletionState state;
			TomcatWriter.this.lock.lock();
			try {
				if (TomcatWriter.this.current != this) {
					return;
				}
				state = tryParts();
			}
			finally {
				TomcatWriter.this.lock.unlock();
			}
			told(state, true);
		}

		private void endedLater(@Nullable Throwable failure) {
			if (TomcatWriter.this.end(this)) {
				ended(failure, true);
			}
		}

		/**
		 * Tomcat has written something. Counts it, so that a write that moves is seen to.
		 */
		@Override
		@SuppressWarnings("NonAtomicVolatileUpdate") // one write at a time
		public CompletionHandlerCall callHandler(CompletionState state, ByteBuffer[] buffers, int offset, int length) {
			int remaining = 0;
			for (int i = offset; i < offset + length; i++) {
				remaining += buffers[i].remaining();
			}
			TomcatWriter.this.sent += this.remaining - remaining;
			this.remaining = remaining;
			if (remaining > 0) {
				return CompletionHandlerCall.CONTINUE;
			}
			return (state == CompletionState.DONE) ? CompletionHandlerCall.DONE : CompletionHandlerCall.NONE;
		}

		/**
		 * A part that had to wait has been written.
		 */
		@Override
		public void completed(Long bytes, @Nullable Void attachment) {
			if (nextPart()) {
				goOn();
			}
			else {
				endedLater(null);
			}
		}

		/**
		 * The part cannot be written. Within the call this is seen by its result as well.
		 */
		@Override
		public void failed(Throwable failure, @Nullable Void attachment) {
			this.failure = failure;
			if (!TomcatWriter.this.lock.isHeldByCurrentThread()) {
				endedLater(failure);
			}
		}

	}

}
