package dev.channels.websocket;

import java.nio.ByteBuffer;
import java.time.Duration;

import dev.channels.CloseStatus;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionRuntime;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.common.WebSocketSession;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what comes from a client in Jetty, which puts messages together itself up to
 * the limit. Called by one container thread at a time. Public because Jetty looks for its
 * methods.
 *
 * @since 0.1.0
 */
public final class JettyListener implements Session.Listener {

	private static final Log logger = LogFactory.getLog(JettyListener.class);

	private final ConnectionRuntime connection;

	private @Nullable JettyTransport transport;

	JettyListener(ConnectionRuntime connection) {
		this.connection = connection;
	}

	@Override
	public void onWebSocketOpen(Session session) {
		long maxMessageSize = this.connection.settings().maxMessageSize().toBytes();
		session.setMaxTextMessageSize(maxMessageSize);
		session.setMaxBinaryMessageSize(maxMessageSize);
		// our own pings and deadlines take the place of Jetty's 30 s
		session.setIdleTimeout(Duration.ZERO);
		JettyTransport transport = new JettyTransport((WebSocketSession) session,
				this.connection.settings().sendTimeout());
		this.transport = transport;
		this.connection.opened(transport);
		transport.messageTaken();
	}

	@Override
	public void onWebSocketText(String message) {
		this.connection.received(ClientMessage.text(message));
		readOn();
	}

	@Override
	public void onWebSocketBinary(ByteBuffer payload, Callback callback) {
		byte[] bytes = new byte[payload.remaining()];
		payload.get(bytes);
		callback.succeed();
		this.connection.received(ClientMessage.binary(bytes));
		readOn();
	}

	@Override
	public void onWebSocketPong(ByteBuffer payload) {
		this.connection.ponged();
		readOn();
	}

	private void readOn() {
		JettyTransport transport = this.transport;
		if (transport != null) {
			transport.messageTaken();
		}
	}

	@Override
	public void onWebSocketError(Throwable cause) {
		logger.debug("Transport error on " + this.connection, cause);
	}

	@Override
	public void onWebSocketClose(int statusCode, @Nullable String reason, Callback callback) {
		this.connection.closed(new CloseStatus(statusCode, (reason != null) ? reason : ""));
		callback.succeed();
	}

}
