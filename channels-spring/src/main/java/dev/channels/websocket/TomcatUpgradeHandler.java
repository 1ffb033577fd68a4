package dev.channels.websocket;

import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.Transformation;
import org.apache.tomcat.websocket.server.WsHandshakeRequest;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own upgrade handler, which also tells the lock under which Tomcat processes
 * what a client sends, and lets us see the frames. Public because Tomcat creates it.
 *
 * @since 0.1.0
 */
public final class TomcatUpgradeHandler extends WsHttpUpgradeHandler {

	private final TomcatFrames frames = new TomcatFrames();

	private volatile Lock lock = new ReentrantLock();

	@Override
	public void setSocketWrapper(SocketWrapperBase<?> socketWrapper) {
		this.lock = socketWrapper.getLock();
		super.setSocketWrapper(socketWrapper);
	}

	@Override
	public void preInit(ServerEndpointConfig config, WsServerContainer container, WsHandshakeRequest request,
			List<Extension> extensions, @Nullable String subprotocol, @Nullable Transformation transformation,
			Map<String, String> pathParameters, boolean secure) {
		if (transformation != null) {
			this.frames.setNext(transformation);
		}
		super.preInit(config, container, request, extensions, subprotocol, this.frames, pathParameters, secure);
	}

	TomcatFrames frames() {
		return this.frames;
	}

	/**
	 * Return the lock that a container thread holds while it processes frames of the
	 * client.
	 */
	Lock lock() {
		return this.lock;
	}

}
