package dev.channels.websocket;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.CloseStatus;
import dev.channels.connection.ConnectionRuntime;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.PongMessage;
import jakarta.websocket.Session;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.apache.tomcat.websocket.WsSession;
import org.jspecify.annotations.Nullable;

/**
 * Passes on what comes from a client in Tomcat. Tomcat allocates its buffers of the
 * largest message for each connection: these stay small, and messages are put together by
 * us, up to the limit in bytes. Called by one container thread at a time; lets no
 * exception escape.
 */
final class TomcatEndpoint extends Endpoint implements TomcatFrames.Listener {

	private static final Log logger = LogFactory.getLog(TomcatEndpoint.class);

	private final ConnectionRuntime connection;

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private final MessageAssembly assembly;

	private @Nullable TomcatUpgradeHandler handler;

	private volatile @Nullable TomcatTransport transport;

	TomcatEndpoint(ConnectionRuntime connection, Executor executor, ScheduledExecutorService timer) {
		this.connection = connection;
		this.executor = executor;
		this.timer = timer;
		this.assembly = new MessageAssembly(connection);
	}

	/**
	 * Tell what handles the upgraded connection, before it is opened.
	 */
	void upgraded(TomcatUpgradeHandler handler) {
		this.handler = handler;
	}

	@Override
	public void onOpen(Session session, EndpointConfig config) {
		TomcatUpgradeHandler handler = this.handler;
		if (handler == null) {
			throw new IllegalStateException("Not upgraded");
		}
		session.setMaxTextMessageBufferSize(TomcatContainer.MESSAGE_BUFFER_SIZE);
		session.setMaxBinaryMessageBufferSize(TomcatContainer.MESSAGE_BUFFER_SIZE);
		session.addMessageHandler(String.class, (MessageHandler.Partial<String>) this.assembly::text);
		session.addMessageHandler(ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) this.assembly::binary);
		session.addMessageHandler(PongMessage.class,
				(MessageHandler.Whole<PongMessage>) (pong) -> this.connection.ponged());
		handler.frames().start(this);
		TomcatTransport transport = TomcatTransport.of((WsSession) session, handler, this.executor, this.timer,
				this.connection.settings());
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
	public boolean postponeClose() {
		return this.transport != null && this.transport.postponeClose();
	}

	@Override
	public boolean closing() {
		return this.transport == null || this.transport.closing();
	}

	@Override
	public void onError(Session session, Throwable failure) {
		logger.debug("Transport error on " + this.connection, failure);
	}

	@Override
	public void onClose(Session session, CloseReason reason) {
		String phrase = reason.getReasonPhrase();
		this.connection.closed(new CloseStatus(reason.getCloseCode().getCode(), (phrase != null) ? phrase : ""));
		if (this.transport != null) {
			this.transport.closed();
		}
	}

}
