package dev.channels.websocket;

import java.nio.channels.NetworkChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.channels.ConnectionSettings;
import dev.channels.connection.Transport;
import org.apache.tomcat.util.net.Nio2Channel;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.Constants;
import org.apache.tomcat.websocket.WsSession;
import org.jspecify.annotations.Nullable;

/**
 * A client in Tomcat. What all of them have in common is reading, which is suspended for
 * several reasons: the application, a write, a long turn, a pause. Writing depends on the
 * kind of the connector.
 */
abstract class TomcatTransport implements Transport {

	/**
	 * How long a container thread may wait until its answer to a close is taken. Less
	 * loses answers of a busy server.
	 */
	private static final Long CONTAINER_WRITE_TIMEOUT = 250L;

	private static final Duration PAUSE = Duration.ofMillis(50);

	private final WsSession session;

	/**
	 * Kept, since a closed session does not give them any more.
	 */
	private final Map<String, Object> properties;

	private final TomcatFrames frames;

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private final Object monitor = new Object();

	/**
	 * How many have suspended reading. Below zero for a moment if a write is over before
	 * it was seen to take longer. Guarded by the monitor, as the next ones.
	 */
	private int holds;

	/**
	 * Whether the application has suspended reading.
	 */
	private boolean suspended;

	private boolean closing;

	TomcatTransport(WsSession session, TomcatUpgradeHandler handler, Executor executor, ScheduledExecutorService timer,
			Duration sendTimeout) {
		this.session = session;
		this.properties = session.getUserProperties();
		this.frames = handler.frames();
		this.executor = executor;
		this.timer = timer;
		this.properties.put(Constants.SESSION_CLOSE_TIMEOUT_PROPERTY, sendTimeout.toMillis());
		// our own pings and deadlines take its place, and Tomcat does not see our writes
		session.setMaxIdleTimeout(0);
		limitWrites(CONTAINER_WRITE_TIMEOUT);
	}

	/**
	 * Create what serves a client best.
	 * @param executor does what may block
	 */
	static TomcatTransport of(WsSession session, TomcatUpgradeHandler handler, Executor executor,
			ScheduledExecutorService timer, ConnectionSettings settings) {
		SocketWrapperBase<?> socket = handler.socket();
		Duration sendTimeout = settings.sendTimeout();
		SendBuffer.limit(channelOf(socket), settings.sendBuffer());
		if (socket instanceof NioSocketWrapper && socket.hasAsyncIO()) {
			return new TomcatNonBlockingTransport(session, handler, socket, executor, timer, sendTimeout);
		}
		return new TomcatBlockingTransport(session, handler, executor, timer, sendTimeout);
	}

	private static @Nullable NetworkChannel channelOf(SocketWrapperBase<?> socket) {
		if (socket.getSocket() instanceof NioChannel channel) {
			return channel.getIOChannel();
		}
		return (socket.getSocket() instanceof Nio2Channel channel) ? channel.getIOChannel() : null;
	}

	/**
	 * Set how long whoever writes by way of Tomcat may take from now on.
	 */
	final void limitWrites(Long timeout) {
		this.properties.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, timeout);
		this.properties.put(Constants.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT_PROPERTY, timeout);
	}

	final void limitContainerWrites() {
		limitWrites(CONTAINER_WRITE_TIMEOUT);
	}

	final WsSession session() {
		return this.session;
	}

	final TomcatFrames frames() {
		return this.frames;
	}

	@Override
	public final long received() {
		return this.frames.received();
	}

	@Override
	public final void suspendReading() {
		synchronized (this.monitor) {
			this.suspended = true;
			if (!this.closing) {
				hold();
			}
		}
	}

	@Override
	public final void resumeReading() {
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
	final void yieldReading() {
		hold();
		execute(this::release);
	}

	/**
	 * Read nothing for a moment.
	 */
	final void pauseReading() {
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
	final void readToTheEnd() {
		synchronized (this.monitor) {
			this.closing = true;
			if (this.suspended) {
				release();
			}
		}
	}

	final void hold() {
		synchronized (this.monitor) {
			if (this.holds++ == 0) {
				this.session.suspend();
			}
		}
	}

	final void release() {
		synchronized (this.monitor) {
			if (--this.holds == 0) {
				this.session.resume();
			}
		}
	}

	/**
	 * Do what may block, on the executor while there is one.
	 */
	final void execute(Runnable task) {
		try {
			this.executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			task.run();
		}
	}

	/**
	 * The client's close has come. It is answered at the end of all that is written, and
	 * cannot be in the middle.
	 * @return whether it is to be looked at again, which is seen to
	 */
	boolean postponeClose() {
		return false;
	}

	/**
	 * Tomcat is about to write a close frame of its own. Called by whoever closes.
	 * @return whether it may
	 */
	boolean closing() {
		return true;
	}

	/**
	 * Tomcat has closed the session, and is about to close the socket.
	 */
	void closed() {
	}

}
