package dev.channels.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.Executor;

import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionRuntime;
import dev.channels.connection.Utf8;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.tomcat.websocket.Constants;
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
 * largest message for each connection: these stay small, and messages are put together
 * here, up to the limit in bytes. Called by one container thread at a time; lets no
 * exception escape.
 */
final class TomcatWebSocketHandler implements WebSocketHandler {

	private static final Log logger = LogFactory.getLog(TomcatWebSocketHandler.class);

	private static final int BUFFER_SIZE = 1024;

	private final ConnectionRuntime connection;

	private final TomcatUpgrade.UpgradeRequest upgrade;

	private final Executor executor;

	private final long maxMessageSize;

	private @Nullable StringBuilder text;

	private @Nullable ByteArrayOutputStream binary;

	/**
	 * Bytes of the message that is being put together.
	 */
	private long size;

	private boolean tooBig;

	TomcatWebSocketHandler(ConnectionRuntime connection, TomcatUpgrade.UpgradeRequest upgrade, Executor executor) {
		this.connection = connection;
		this.upgrade = upgrade;
		this.executor = executor;
		this.maxMessageSize = connection.settings().maxMessageSize().toBytes();
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		session.setTextMessageSizeLimit(BUFFER_SIZE);
		session.setBinaryMessageSizeLimit(BUFFER_SIZE);
		WsSession nativeSession = ((NativeWebSocketSession) session).getNativeSession(WsSession.class);
		if (nativeSession == null) {
			throw new IllegalStateException("Not a session of Tomcat: " + session);
		}
		Map<String, Object> properties = nativeSession.getUserProperties();
		Long sendTimeout = this.connection.settings().sendTimeout().toMillis();
		properties.put(Constants.BLOCKING_SEND_TIMEOUT_PROPERTY, sendTimeout);
		// the default of 50 ms loses closes of a busy server
		properties.put(Constants.ABNORMAL_SESSION_CLOSE_SEND_TIMEOUT_PROPERTY, sendTimeout);
		properties.put(Constants.SESSION_CLOSE_TIMEOUT_PROPERTY, sendTimeout);
		this.connection.opened(new TomcatTransport(nativeSession, this.upgrade.upgradeHandler().lock(), this.executor));
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) {
		if (message instanceof TextMessage part) {
			handleText(part.getPayload(), part.isLast());
		}
		else if (message instanceof BinaryMessage part) {
			handleBinary(part.getPayload(), part.isLast());
		}
		else if (message instanceof PongMessage) {
			this.connection.ponged();
		}
	}

	private void handleText(String part, boolean last) {
		if (exceedsLimit(Utf8.length(part))) {
			return;
		}
		if (last && this.text == null) {
			complete(ClientMessage.text(part));
			return;
		}
		if (this.text == null) {
			this.text = new StringBuilder();
		}
		this.text.append(part);
		if (last) {
			complete(ClientMessage.text(this.text.toString()));
		}
	}

	private void handleBinary(ByteBuffer part, boolean last) {
		if (exceedsLimit(part.remaining())) {
			return;
		}
		byte[] bytes = new byte[part.remaining()];
		part.get(bytes);
		if (last && this.binary == null) {
			complete(ClientMessage.binary(bytes));
			return;
		}
		if (this.binary == null) {
			this.binary = new ByteArrayOutputStream();
		}
		this.binary.writeBytes(bytes);
		if (last) {
			complete(ClientMessage.binary(this.binary.toByteArray()));
		}
	}

	private boolean exceedsLimit(int length) {
		if (this.tooBig) {
			return true;
		}
		this.size += length;
		if (this.size <= this.maxMessageSize) {
			return false;
		}
		this.tooBig = true;
		this.text = null;
		this.binary = null;
		this.connection.messageTooBig();
		return true;
	}

	private void complete(ClientMessage message) {
		this.text = null;
		this.binary = null;
		this.size = 0;
		this.connection.received(message);
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		logger.debug("Transport error on " + this.connection, exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		String reason = status.getReason();
		this.connection.closed(new dev.channels.CloseStatus(status.getCode(), (reason != null) ? reason : ""));
	}

	@Override
	public boolean supportsPartialMessages() {
		return true;
	}

}
