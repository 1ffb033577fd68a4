package dev.channels.websocket;

import java.time.Duration;
import java.util.List;

import dev.channels.CloseStatus;
import dev.channels.connection.OutboundFrame;
import dev.channels.connection.Transport;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;

/**
 * Writes to a client in Jetty. Writes do not block; a stuck one is found by the
 * connection's own deadlines.
 */
final class JettyTransport implements Transport {

	private final WebSocketSession session;

	private final CoreSession core;

	private final Duration sendTimeout;

	/**
	 * Guarded by this object's monitor, as the next.
	 */
	private boolean suspended;

	/**
	 * Whether Jetty waits to be asked for the next message.
	 */
	private boolean waiting;

	JettyTransport(WebSocketSession session, Duration sendTimeout) {
		this.session = session;
		this.core = session.getCoreSession();
		this.sendTimeout = sendTimeout;
	}

	@Override
	public void write(List<OutboundFrame> frames, Transport.WriteCallback callback) {
		OutboundFrame last = frames.get(frames.size() - 1);
		boolean closes = last.kind() == OutboundFrame.Kind.CLOSE;
		int lastMessage = frames.size() - (closes ? 2 : 1);
		for (int i = 0; i <= lastMessage; i++) {
			boolean tellCallback = i == frames.size() - 1;
			this.core.sendFrame(frameOf(frames.get(i)), tellCallback ? adapt(callback) : Callback.NOOP,
					i < lastMessage);
		}
		if (closes) {
			close(last.status(), callback);
		}
	}

	private void close(CloseStatus status, Transport.WriteCallback callback) {
		// a client that does not answer is not waited for any longer than a stuck write
		this.session.setIdleTimeout(this.sendTimeout);
		this.core.close(status.code(), status.reason(), adapt(callback));
	}

	private static Frame frameOf(OutboundFrame frame) {
		return switch (frame.kind()) {
			case TEXT -> new Frame(OpCode.TEXT).setPayload(frame.utf8());
			case BINARY -> new Frame(OpCode.BINARY).setPayload(frame.binary());
			case PING -> new Frame(OpCode.PING);
			case CLOSE -> throw new IllegalArgumentException("Closes are not sent as frames");
		};
	}

	private static Callback adapt(Transport.WriteCallback callback) {
		return Callback.from(() -> callback.written(null), callback::written);
	}

	/**
	 * Jetty has handed over what it had, and waits to be asked for more.
	 */
	void messageTaken() {
		synchronized (this) {
			this.waiting = true;
		}
		demand();
	}

	@Override
	public synchronized void suspendReading() {
		this.suspended = true;
	}

	@Override
	public void resumeReading() {
		synchronized (this) {
			this.suspended = false;
		}
		demand();
	}

	private void demand() {
		synchronized (this) {
			if (this.suspended || !this.waiting) {
				return;
			}
			this.waiting = false;
		}
		this.session.demand();
	}

	@Override
	public void abort() {
		this.session.disconnect();
	}

}
