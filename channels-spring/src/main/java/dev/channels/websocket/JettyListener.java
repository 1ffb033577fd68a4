package dev.channels.websocket;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.CloseStatus;
import dev.channels.connection.ConnectionRuntime;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what comes from a client in Jetty, which hands over messages in the parts in
 * which they come. Called by one container thread at a time. Public because Jetty looks
 * for its methods.
 *
 * @since 0.1.0
 */
public final class JettyListener implements Session.Listener {

	private static final Log logger = LogFactory.getLog(JettyListener.class);

	private final ConnectionRuntime connection;

	private final ScheduledExecutorService timer;

	private final MessageAssembly assembly;

	private @Nullable JettyTransport transport;

	JettyListener(ConnectionRuntime connection, ScheduledExecutorService timer) {
		this.connection = connection;
		this.timer = timer;
		this.assembly = new MessageAssembly(connection);
	}

	@Override
	public void onWebSocketOpen(Session session) {
		// our own pings and deadlines take the place of Jetty's 30 s
		session.setIdleTimeout(Duration.ZERO);
		JettyTransport transport = new JettyTransport((WebSocketSession) session, this.assembly,
				this.connection.settings(), this.timer);
		this.transport = transport;
		this.connection.opened(transport);
		transport.partTaken();
	}

	@Override
	public void onWebSocketPartialText(String payload, boolean last) {
		this.assembly.text(payload, last);
		readOn(!payload.isEmpty() || last);
	}

	@Override
	public void onWebSocketPartialBinary(ByteBuffer payload, boolean last, Callback callback) {
		boolean empty = !payload.hasRemaining();
		this.assembly.binary(payload, last);
		callback.succeed();
		readOn(!empty || last);
	}

	@Override
	public void onWebSocketPing(ByteBuffer payload) {
		byte[] bytes = new byte[payload.remaining()];
		payload.get(bytes);
		this.connection.pinged(bytes);
		readOn(true);
	}

	@Override
	public void onWebSocketPong(ByteBuffer payload) {
		this.connection.ponged();
		readOn(false);
	}

	/**
	 * @param useful whether there was anything that the client needs us for
	 */
	private void readOn(boolean useful) {
		JettyTransport transport = this.transport;
		if (transport == null) {
			return;
		}
		if (useful) {
			transport.partTaken();
		}
		else {
			transport.nothingTaken();
		}
	}

	@Override
	public void onWebSocketError(Throwable cause) {
		logger.debug("Transport error on " + this.connection, cause);
	}

	@Override
	public void onWebSocketClose(int statusCode, @Nullable String reason, Callback callback) {
		if (this.transport != null) {
			this.transport.closedByClient();
		}
		this.connection.closed(new CloseStatus(statusCode, (reason != null) ? reason : ""));
		callback.succeed();
	}

}
