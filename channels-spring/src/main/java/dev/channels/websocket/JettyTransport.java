package dev.channels.websocket;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import dev.channels.connection.OutboundFrame;
import dev.channels.connection.Transport;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.WebSocketCoreSession;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a client in Jetty. Writes do not block; a stuck one is found by the
 * connection's own deadlines.
 * <p>
 * The close frame goes past Jetty's own state, which would for most codes end the TCP
 * connection together with it: if the client had sent anything that was not read yet, it
 * would see a reset instead of our code. So we read on, and end the connection when the
 * client has answered, or has had enough time to.
 */
final class JettyTransport implements Transport {

	/**
	 * Larger messages are written in so many fragments that it shows whether they move.
	 */
	private static final long MAX_FRAME_SIZE = 8 * 1024;

	/**
	 * After so many parts and pings other connections get their turn.
	 */
	private static final int PARTS_PER_TURN = 64;

	/**
	 * How long Jetty may take for its answer to the client's close.
	 */
	private static final Duration ANSWER = Duration.ofSeconds(1);

	private static final int NOTHINGS_PER_PAUSE = 8;

	private static final Duration PAUSE = Duration.ofMillis(50);

	private final WebSocketSession session;

	private final WebSocketCoreSession core;

	private final MessageAssembly assembly;

	private final Duration sendTimeout;

	private final ScheduledExecutorService timer;

	/**
	 * Guarded by this object's monitor, as the next ones.
	 */
	private boolean suspended;

	/**
	 * Whether Jetty waits to be asked for the next part.
	 */
	private boolean waiting;

	private int parts;

	private int nothings;

	private boolean closing;

	private boolean closedByClient;

	JettyTransport(WebSocketSession session, MessageAssembly assembly, ConnectionSettings settings,
			ScheduledExecutorService timer) {
		this.session = session;
		this.core = (WebSocketCoreSession) session.getCoreSession();
		this.core.setMaxFrameSize(MAX_FRAME_SIZE);
		this.assembly = assembly;
		this.sendTimeout = settings.sendTimeout();
		this.timer = timer;
		SendBuffer.limit(channelOf(this.core.getConnection().getEndPoint()), settings.sendBuffer());
	}

	/**
	 * What carries an endpoint is another one below TLS.
	 */
	private static @Nullable Object channelOf(EndPoint endPoint) {
		Object transport = endPoint.getTransport();
		while (transport instanceof EndPoint below) {
			transport = below.getTransport();
		}
		return transport;
	}

	@Override
	public boolean writesBlock() {
		return false;
	}

	@Override
	public void write(List<OutboundFrame> frames, Transport.WriteCallback callback) {
		OutboundFrame last = frames.get(frames.size() - 1);
		if (last.kind() != OutboundFrame.Kind.CLOSE) {
			writeAll(frames, adapt(callback));
		}
		else if (frames.size() == 1) {
			close(last.status(), callback);
		}
		else {
			// a close frame that overtakes them fails what Jetty has queued
			writeAll(frames.subList(0, frames.size() - 1),
					Callback.from(() -> close(last.status(), callback), callback::written));
		}
	}

	private void writeAll(List<OutboundFrame> frames, Callback callback) {
		int last = frames.size() - 1;
		for (int i = 0; i <= last; i++) {
			this.core.sendFrame(frameOf(frames.get(i)), (i < last) ? Callback.NOOP : callback, i < last);
		}
	}

	private static Frame frameOf(OutboundFrame frame) {
		return switch (frame.kind()) {
			case TEXT -> new Frame(OpCode.TEXT).setPayload(frame.utf8());
			case BINARY -> new Frame(OpCode.BINARY).setPayload(frame.binary());
			case PING -> new Frame(OpCode.PING);
			case PONG -> new Frame(OpCode.PONG).setPayload(frame.binary());
			case CLOSE -> throw new IllegalArgumentException("Closes are not sent as other frames are");
		};
	}

	private static Callback adapt(Transport.WriteCallback callback) {
		return Callback.from(() -> callback.written(null), callback::written);
	}

	private void close(CloseStatus status, Transport.WriteCallback callback) {
		synchronized (this) {
			this.closing = true;
		}
		Frame frame = new org.eclipse.jetty.websocket.core.CloseStatus(status.code(), status.reason()).toFrame();
		this.core.getExtensionStack().sendFrame(frame, adapt(callback), false);
		disconnectIn(this.sendTimeout);
		demand();
	}

	private void disconnectIn(Duration duration) {
		try {
			this.timer.schedule(this.session::disconnect, duration.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			this.session.disconnect();
		}
	}

	/**
	 * The client has sent its close frame, and Jetty is about to answer it.
	 */
	synchronized void closedByClient() {
		this.closedByClient = true;
	}

	/**
	 * Jetty has handed over what it had, and waits to be asked for more.
	 */
	void partTaken() {
		boolean yield;
		synchronized (this) {
			this.waiting = true;
			yield = ++this.parts % PARTS_PER_TURN == 0;
		}
		if (yield) {
			// asked from elsewhere, Jetty takes a new thread
			this.core.getExecutor().execute(this::demand);
		}
		else {
			demand();
		}
	}

	/**
	 * Jetty has handed over a pong, or a part of a message without anything in it. Nobody
	 * needs many of them: who floods us is read with pauses, since each costs a turn
	 * through Jetty.
	 */
	void nothingTaken() {
		boolean pause;
		synchronized (this) {
			this.waiting = true;
			pause = ++this.nothings % NOTHINGS_PER_PAUSE == 0;
		}
		if (pause) {
			try {
				this.timer.schedule(this::demand, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
				return;
			}
			catch (RejectedExecutionException ex) {
				// no more pauses at the end of the application
			}
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
			if ((this.suspended && !this.closing) || !this.waiting) {
				return;
			}
			this.waiting = false;
		}
		this.session.demand();
	}

	@Override
	public long received() {
		return this.assembly.received();
	}

	@Override
	public long sent() {
		return this.core.getConnection().getBytesOut();
	}

	@Override
	public void abort() {
		boolean answering;
		synchronized (this) {
			answering = this.closedByClient && !this.closing;
		}
		if (answering) {
			// a write that failed for the client's close is no reason to cut our answer
			disconnectIn(ANSWER);
		}
		else {
			this.session.disconnect();
		}
	}

}
