package dev.channels.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.Lock;

import dev.channels.CloseStatus;
import dev.channels.connection.OutboundFrame;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.RemoteEndpoint;
import org.apache.tomcat.websocket.WsSession;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a client in Tomcat by way of its WebSocket API, on connectors that cannot be
 * written to otherwise: a thread for each write, which blocks until it is done or the
 * connection is aborted, which its deadlines see to. What Tomcat itself has to write, it
 * may not wait for, since it does so on a container thread.
 * <p>
 * Frames that fit together into Tomcat's output buffer are written with one system call.
 * Batching is on only while that buffer is filled, which cannot block; and while anything
 * is written, Tomcat does not process what the client sends: its answer to the client's
 * close would be lost in the batch.
 */
final class TomcatBlockingTransport extends TomcatTransport {

	private static final int OUTPUT_BUFFER_SIZE = Integer.getInteger("org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE",
			8 * 1024);

	private static final int MAX_FRAME_HEADER = 10;

	/**
	 * Larger binary messages are written in so many parts that it shows whether they
	 * move. Tomcat does the same with text.
	 */
	private static final int MAX_BINARY_PART = 8 * 1024;

	/**
	 * As good as none: who watches the connection knows whether a write moves.
	 */
	private static final Long OWN_WRITE_TIMEOUT = Duration.ofDays(1).toMillis();

	private static final Long ABORTED_WRITE_TIMEOUT = 1L;

	private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

	private final Lock lock;

	private final Object monitor = new Object();

	/**
	 * The thread that is writing. Guarded by the monitor, as the next one.
	 */
	private @Nullable Thread writer;

	private boolean aborted;

	TomcatBlockingTransport(WsSession session, TomcatUpgradeHandler handler, Executor executor,
			ScheduledExecutorService timer, Duration sendTimeout) {
		super(session, handler, executor, timer, sendTimeout);
		this.lock = handler.socket().getLock();
	}

	@Override
	public boolean writesBlock() {
		return true;
	}

	@Override
	public void write(List<OutboundFrame> frames, WriteCallback callback) {
		if (!begin()) {
			callback.written(new IOException("The connection has been cut"));
			return;
		}
		Throwable failure = null;
		try {
			writeExclusively(frames);
		}
		catch (Throwable ex) {
			failure = ex;
		}
		end();
		callback.written(failure);
	}

	/**
	 * Suspend reading, wait until a frame that is being processed is done with, and
	 * write.
	 */
	private void writeExclusively(List<OutboundFrame> frames) throws IOException, InterruptedException {
		this.lock.lockInterruptibly();
		try {
			hold();
		}
		finally {
			this.lock.unlock();
		}
		try {
			writeAll(frames);
		}
		finally {
			release();
		}
	}

	private void writeAll(List<OutboundFrame> frames) throws IOException {
		int index = 0;
		while (index < frames.size()) {
			int end = endOfBatch(frames, index);
			if (end - index > 1) {
				writeBatch(frames.subList(index, end));
				index = end;
			}
			else {
				writeOne(frames.get(index++));
			}
		}
	}

	/**
	 * Find how many frames fit into the output buffer, close and pong not among them.
	 */
	private static int endOfBatch(List<OutboundFrame> frames, int from) {
		int room = OUTPUT_BUFFER_SIZE;
		int index = from;
		while (index < frames.size() && fitsIntoBatch(frames.get(index))) {
			room -= frames.get(index).size() + MAX_FRAME_HEADER;
			if (room < 0) {
				break;
			}
			index++;
		}
		return index;
	}

	private static boolean fitsIntoBatch(OutboundFrame frame) {
		return frame.kind() != OutboundFrame.Kind.CLOSE && frame.kind() != OutboundFrame.Kind.PONG;
	}

	private void writeBatch(List<OutboundFrame> frames) throws IOException {
		RemoteEndpoint.Basic remote = session().getBasicRemote();
		remote.setBatchingAllowed(true);
		for (OutboundFrame frame : frames) {
			writeOne(frame);
		}
		remote.setBatchingAllowed(false);
	}

	private void writeOne(OutboundFrame frame) throws IOException {
		RemoteEndpoint.Basic remote = session().getBasicRemote();
		switch (frame.kind()) {
			case TEXT -> remote.sendText(frame.text());
			case BINARY -> writeBinary(frame.binary(), remote);
			case PING -> remote.sendPing(EMPTY);
			case PONG -> writePong(frame.binary(), remote);
			case CLOSE -> close(frame.status());
		}
	}

	private static void writeBinary(ByteBuffer bytes, RemoteEndpoint.Basic remote) throws IOException {
		int end = bytes.limit();
		while (end - bytes.position() > MAX_BINARY_PART) {
			int partEnd = bytes.position() + MAX_BINARY_PART;
			remote.sendBinary(bytes.duplicate().limit(partEnd), false);
			bytes.position(partEnd);
		}
		remote.sendBinary(bytes, true);
	}

	private void writePong(ByteBuffer payload, RemoteEndpoint.Basic remote) throws IOException {
		frames().ownPong(true);
		try {
			remote.sendPong(payload);
		}
		finally {
			frames().ownPong(false);
		}
	}

	private void close(CloseStatus status) throws IOException {
		session().close(new CloseReason(status::code, status.reason()));
		readToTheEnd();
	}

	@Override
	public long sent() {
		return frames().sent();
	}

	private boolean begin() {
		synchronized (this.monitor) {
			if (!this.aborted) {
				this.writer = Thread.currentThread();
				limitWrites(OWN_WRITE_TIMEOUT);
			}
			return !this.aborted;
		}
	}

	private void end() {
		boolean cut;
		synchronized (this.monitor) {
			this.writer = null;
			cut = this.aborted;
			if (cut) {
				// do not take the interrupt along to the thread's next task
				Thread.interrupted();
			}
			else {
				limitContainerWrites();
			}
		}
		if (cut) {
			cut();
		}
	}

	/**
	 * Cut the connection. A thread that is stuck in a write is interrupted: Tomcat then
	 * closes the socket on that thread. Closing it from here could hit the next
	 * connection, since Tomcat uses channels again.
	 */
	@Override
	public void abort() {
		synchronized (this.monitor) {
			if (this.aborted) {
				return;
			}
			this.aborted = true;
			limitWrites(ABORTED_WRITE_TIMEOUT);
			if (this.writer != null) {
				this.writer.interrupt();
				return;
			}
		}
		execute(this::cut);
	}

	private void cut() {
		CloseReason reason = new CloseReason(CloseCodes.GOING_AWAY, "");
		session().doClose(reason, new CloseReason(CloseCodes.CLOSED_ABNORMALLY, ""), true);
	}

}
