package dev.channels.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Lock;

import dev.channels.CloseStatus;
import dev.channels.connection.OutboundFrame;
import dev.channels.connection.Transport;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.RemoteEndpoint;
import org.apache.tomcat.websocket.Constants;
import org.apache.tomcat.websocket.WsSession;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a client in Tomcat. Writes block, at most for the send timeout.
 * <p>
 * Frames that fit together into Tomcat's output buffer are written with one system call.
 * Batching is on only while that buffer is filled, which cannot block; and while anything
 * is written, Tomcat does not process what the client sends: its answer to the client's
 * close would be lost in the batch, and its pongs would hold a container thread as long
 * as the client does not read.
 */
final class TomcatTransport implements Transport {

	private static final int OUTPUT_BUFFER_SIZE = Integer.getInteger("org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE",
			8 * 1024);

	private static final int MAX_FRAME_HEADER = 10;

	private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

	private final WsSession session;

	/**
	 * Kept, since a closed session does not give them any more.
	 */
	private final Map<String, Object> properties;

	private final Lock lock;

	private final Executor executor;

	private final Object monitor = new Object();

	/**
	 * Why reading is suspended: for the application, for a write. Guarded by the monitor.
	 */
	private int suspensions;

	/**
	 * The thread that is writing. Guarded by the monitor.
	 */
	private @Nullable Thread writer;

	private boolean aborted;

	TomcatTransport(WsSession session, Lock lock, Executor executor) {
		this.session = session;
		this.properties = session.getUserProperties();
		this.lock = lock;
		this.executor = executor;
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
			suspendReading();
		}
		finally {
			this.lock.unlock();
		}
		try {
			writeAll(frames);
		}
		finally {
			resumeReading();
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
	 * Find how many frames fit into the output buffer, the close frame not among them.
	 */
	private static int endOfBatch(List<OutboundFrame> frames, int from) {
		int room = OUTPUT_BUFFER_SIZE;
		int index = from;
		while (index < frames.size() && frames.get(index).kind() != OutboundFrame.Kind.CLOSE) {
			room -= frames.get(index).size() + MAX_FRAME_HEADER;
			if (room < 0) {
				break;
			}
			index++;
		}
		return index;
	}

	private void writeBatch(List<OutboundFrame> frames) throws IOException {
		RemoteEndpoint.Basic remote = this.session.getBasicRemote();
		remote.setBatchingAllowed(true);
		for (OutboundFrame frame : frames) {
			writeOne(frame);
		}
		remote.setBatchingAllowed(false);
	}

	private void writeOne(OutboundFrame frame) throws IOException {
		RemoteEndpoint.Basic remote = this.session.getBasicRemote();
		switch (frame.kind()) {
			case TEXT -> remote.sendText(frame.text());
			case BINARY -> remote.sendBinary(frame.binary());
			case PING -> remote.sendPing(EMPTY);
			case CLOSE -> close(frame.status());
		}
	}

	private void close(CloseStatus status) throws IOException {
		this.session.close(new CloseReason(status::code, status.reason()));
	}

	@Override
	public void suspendReading() {
		synchronized (this.monitor) {
			if (this.suspensions++ == 0) {
				this.session.suspend();
			}
		}
	}

	@Override
	public void resumeReading() {
		synchronized (this.monitor) {
			if (--this.suspensions == 0) {
				this.session.resume();
			}
		}
	}

	private boolean begin() {
		synchronized (this.monitor) {
			if (!this.aborted) {
				this.writer = Thread.currentThread();
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
			this.properties.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, 1L);
			this.properties.put(Constants.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT_PROPERTY, 1L);
			if (this.writer != null) {
				this.writer.interrupt();
				return;
			}
		}
		try {
			this.executor.execute(this::cut);
		}
		catch (RejectedExecutionException ex) {
			cut();
		}
	}

	private void cut() {
		CloseReason reason = new CloseReason(CloseCodes.GOING_AWAY, "");
		this.session.doClose(reason, new CloseReason(CloseCodes.CLOSED_ABNORMALLY, ""), true);
	}

}
