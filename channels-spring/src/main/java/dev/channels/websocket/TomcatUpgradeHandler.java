package dev.channels.websocket;

import java.util.List;
import java.util.Map;

import jakarta.websocket.Extension;
import jakarta.websocket.server.ServerEndpointConfig;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.apache.tomcat.websocket.Transformation;
import org.apache.tomcat.websocket.server.WsHandshakeRequest;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own upgrade handler, which also tells the socket, and lets us see the frames.
 * Public because Tomcat creates it.
 *
 * @since 0.1.0
 */
public final class TomcatUpgradeHandler extends WsHttpUpgradeHandler {

	private final TomcatFrames frames = new TomcatFrames();

	private volatile @Nullable SocketWrapperBase<?> socket;

	@Override
	public void setSocketWrapper(SocketWrapperBase<?> socketWrapper) {
		this.socket = socketWrapper;
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
	 * Return the socket. Its lock is held by a container thread while that processes what
	 * the client sends.
	 */
	SocketWrapperBase<?> socket() {
		SocketWrapperBase<?> socket = this.socket;
		if (socket == null) {
			throw new IllegalStateException("Not upgraded");
		}
		return socket;
	}

}
