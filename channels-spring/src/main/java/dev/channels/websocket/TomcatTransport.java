package dev.channels.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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
 * Writes to a client in Tomcat. Writes block until they are done or the connection is
 * aborted, which its deadlines see to; what Tomcat itself has to write, it may not wait
 * for, since it does so on a container thread.
 * <p>
 * Frames that fit together into Tomcat's output buffer are written with one system call.
 * Batching is on only while that buffer is filled, which cannot block; and while anything
 * is written, Tomcat does not process what the client sends: its answer to the client's
 * close would be lost in the batch.
 */
final class TomcatTransport implements Transport {

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

	/**
	 * How long a container thread may wait until its answer to a close is taken. Less
	 * loses answers of a busy server.
	 */
	private static final Long CONTAINER_WRITE_TIMEOUT = 250L;

	private static final Long ABORTED_WRITE_TIMEOUT = 1L;

	private static final Duration PAUSE = Duration.ofMillis(50);

	private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

	private final WsSession session;

	/**
	 * Kept, since a closed session does not give them any more.
	 */
	private final Map<String, Object> properties;

	private final TomcatUpgradeHandler handler;

	private final Lock lock;

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private final Object monitor = new Object();

	/**
	 * How many have suspended reading: the application, a write, a long turn, a pause.
	 * Guarded by the monitor, as the next ones.
	 */
	private int holds;

	/**
	 * Whether the application has suspended reading.
	 */
	private boolean suspended;

	private boolean closing;

	/**
	 * The thread that is writing.
	 */
	private @Nullable Thread writer;

	private boolean aborted;

	TomcatTransport(WsSession session, TomcatUpgradeHandler handler, Executor executor, ScheduledExecutorService timer,
			Duration sendTimeout) {
		this.session = session;
		this.properties = session.getUserProperties();
		this.handler = handler;
		this.lock = handler.lock();
		this.executor = executor;
		this.timer = timer;
		this.properties.put(Constants.SESSION_CLOSE_TIMEOUT_PROPERTY, sendTimeout.toMillis());
		limitWrites(CONTAINER_WRITE_TIMEOUT);
	}

	private void limitWrites(Long timeout) {
		this.properties.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, timeout);
		this.properties.put(Constants.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT_PROPERTY, timeout);
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
		this.handler.frames().ownPong(true);
		try {
			remote.sendPong(payload);
		}
		finally {
			this.handler.frames().ownPong(false);
		}
	}

	private void close(CloseStatus status) throws IOException {
		this.session.close(new CloseReason(status::code, status.reason()));
		readToTheEnd();
	}

	@Override
	public void suspendReading() {
		synchronized (this.monitor) {
			this.suspended = true;
			if (!this.closing) {
				hold();
			}
		}
	}

	@Override
	public void resumeReading() {
		synchronized (this.monitor) {
			if (this.suspended && !this.closing) {
				release();
			}
			this.suspended = false;
		}
	}

	/**
	 * Let the container thread that reads do other work first.
	 */
	void yieldReading() {
		hold();
		try {
			this.executor.execute(this::release);
		}
		catch (RejectedExecutionException ex) {
			release();
		}
	}

	/**
	 * Read nothing for a moment.
	 */
	void pauseReading() {
		hold();
		try {
			this.timer.schedule(this::release, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			release();
		}
	}

	/**
	 * Nothing is handled after our close, but the client's has to be seen.
	 */
	private void readToTheEnd() {
		synchronized (this.monitor) {
			this.closing = true;
			if (this.suspended) {
				release();
			}
		}
	}

	private void hold() {
		synchronized (this.monitor) {
			if (this.holds++ == 0) {
				this.session.suspend();
			}
		}
	}

	private void release() {
		synchronized (this.monitor) {
			if (--this.holds == 0) {
				this.session.resume();
			}
		}
	}

	@Override
	public long received() {
		return this.handler.frames().received();
	}

	@Override
	public long sent() {
		return this.handler.frames().sent();
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
				limitWrites(CONTAINER_WRITE_TIMEOUT);
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
