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
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.WsSession;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a client in Tomcat without a thread that waits. Frames go to the socket as
 * they are, past Tomcat's WebSocket side, which is told of our close frame when it has
 * been written, and drops its own. While the socket is full nothing is read from the
 * client: what it has to be answered could not be written either.
 */
final class TomcatNonBlockingTransport extends TomcatTransport {

	private final TomcatWriter writer;

	private final SocketWrapperBase<?> socket;

	/**
	 * Held by a container thread while it processes what the client sends.
	 */
	private final Lock processing;

	TomcatNonBlockingTransport(WsSession session, TomcatUpgradeHandler handler, SocketWrapperBase<?> socket,
			Executor executor, ScheduledExecutorService timer, Duration sendTimeout) {
		super(session, handler, executor, timer, sendTimeout);
		this.writer = new TomcatWriter(socket, timer, this::hold, this::release);
		this.socket = socket;
		this.processing = socket.getLock();
	}

	@Override
	public boolean writesBlock() {
		return false;
	}

	@Override
	public void write(List<OutboundFrame> frames, WriteCallback callback) {
		OutboundFrame last = frames.get(frames.size() - 1);
		boolean closes = last.kind() == OutboundFrame.Kind.CLOSE;
		this.writer.write(frames, closes, (failure) -> {
			if (failure != null) {
				failed(failure, callback);
			}
			else if (closes) {
				execute(() -> close(last.status(), callback));
			}
			else {
				callback.written(null);
			}
		});
	}

	/**
	 * Tell of a failure, and not before a close frame of the client that is being
	 * processed: what it says counts more.
	 */
	private void failed(Throwable failure, WriteCallback callback) {
		executeAfterProcessing(() -> callback.written(failure));
	}

	private void executeAfterProcessing(Runnable task) {
		execute(() -> {
			this.processing.lock();
			this.processing.unlock();
			task.run();
		});
	}

	private void close(CloseStatus status, WriteCallback callback) {
		Throwable failure = null;
		try {
			session().close(new CloseReason(status::code, status.reason()));
			readToTheEnd();
		}
		catch (IOException | RuntimeException ex) {
			failure = ex;
		}
		callback.written(failure);
	}

	@Override
	public long sent() {
		return this.writer.sent();
	}

	/**
	 * Reading is suspended while a write waits; but who was reading when that began may
	 * have come upon the close.
	 */
	@Override
	boolean postponeClose() {
		if (this.writer.closeBetweenWrites()) {
			return false;
		}
		hold();
		// Tomcat looks again when it has read something; after a close it ignores it
		this.socket.unRead(ByteBuffer.allocate(1));
		executeAfterProcessing(this::release);
		return true;
	}

	@Override
	boolean closing() {
		return this.writer.close();
	}

	@Override
	void closed() {
		this.writer.abandon();
	}

	@Override
	public void abort() {
		this.writer.close();
		execute(this::cut);
	}

	private void cut() {
		CloseReason reason = new CloseReason(CloseCodes.GOING_AWAY, "");
		session().doClose(reason, new CloseReason(CloseCodes.CLOSED_ABNORMALLY, ""), true);
		this.writer.abandon();
	}

}
