package dev.channels.websocket;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.connection.ConnectionRuntime;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.tomcat.websocket.WsSession;
import org.jspecify.annotations.Nullable;

import org.springframework.web.socket.BinaryMessage;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.PongMessage;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.adapter.NativeWebSocketSession;

/**
 * Passes on what comes from a client in Tomcat. Tomcat allocates its buffers of the
 * largest message for each connection: these stay small, and messages are put together by
 * us, up to the limit in bytes. Called by one container thread at a time; lets no
 * exception escape.
 */
final class TomcatWebSocketHandler implements WebSocketHandler, TomcatFrames.Listener {

	private static final Log logger = LogFactory.getLog(TomcatWebSocketHandler.class);

	private static final int BUFFER_SIZE = 1024;

	private final ConnectionRuntime connection;

	private final TomcatUpgrade.UpgradeRequest upgrade;

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private final MessageAssembly assembly;

	private volatile @Nullable TomcatTransport transport;

	TomcatWebSocketHandler(ConnectionRuntime connection, TomcatUpgrade.UpgradeRequest upgrade, Executor executor,
			ScheduledExecutorService timer) {
		this.connection = connection;
		this.upgrade = upgrade;
		this.executor = executor;
		this.timer = timer;
		this.assembly = new MessageAssembly(connection);
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		session.setTextMessageSizeLimit(BUFFER_SIZE);
		session.setBinaryMessageSizeLimit(BUFFER_SIZE);
		WsSession nativeSession = ((NativeWebSocketSession) session).getNativeSession(WsSession.class);
		if (nativeSession == null) {
			throw new IllegalStateException("Not a session of Tomcat: " + session);
		}
		TomcatUpgradeHandler handler = this.upgrade.upgradeHandler();
		handler.frames().start(this);
		TomcatTransport transport = TomcatTransport.of(nativeSession, handler, this.executor, this.timer,
				this.connection.settings().sendTimeout());
		this.transport = transport;
		this.connection.opened(transport);
	}

	@Override
	public void messageBegun() {
		this.connection.messageBegun();
	}

	@Override
	public void pinged(byte[] payload) {
		this.connection.pinged(payload);
	}

	@Override
	public void turnIsLong() {
		if (this.transport != null) {
			this.transport.yieldReading();
		}
	}

	@Override
	public void tooManyPongs() {
		if (this.transport != null) {
			this.transport.pauseReading();
		}
	}

	@Override
	public boolean closing() {
		return this.transport == null || this.transport.closing();
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) {
		if (message instanceof TextMessage part) {
			this.assembly.text(part.getPayload(), part.isLast());
		}
		else if (message instanceof BinaryMessage part) {
			this.assembly.binary(part.getPayload(), part.isLast());
		}
		else if (message instanceof PongMessage) {
			this.connection.ponged();
		}
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		logger.debug("Transport error on " + this.connection, exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		String reason = status.getReason();
		this.connection.closed(new dev.channels.CloseStatus(status.getCode(), (reason != null) ? reason : ""));
		if (this.transport != null) {
			this.transport.closed();
		}
	}

	@Override
	public boolean supportsPartialMessages() {
		return true;
	}

}
