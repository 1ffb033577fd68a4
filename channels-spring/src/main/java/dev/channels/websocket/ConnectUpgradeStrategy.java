package dev.channels.websocket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import dev.channels.connection.ConnectionManager;
import dev.channels.connection.ConnectionRuntime;
import dev.channels.connection.Handshake;
import dev.channels.connection.HandshakeResult;
import dev.channels.consumer.Consumers;
import dev.channels.routing.PathRoute;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.RequestUpgradeStrategy;

/**
 * Lets a consumer decide about a handshake, and upgrades if it accepts. Spring calls an
 * upgrade strategy when all its checks are done; a handshake interceptor would come
 * before them, and let requests from foreign origins reach user code.
 */
final class ConnectUpgradeStrategy implements RequestUpgradeStrategy {

	private static final Log logger = LogFactory.getLog(ConnectUpgradeStrategy.class);

	private static final String[] VERSIONS = { "13" };

	private final PathRoute route;

	private final Consumers.Served served;

	private final ConnectionManager connections;

	private final Executor executor;

	/**
	 * Found by the first request, since there may be no container yet.
	 */
	private volatile @Nullable ContainerUpgrade container;

	ConnectUpgradeStrategy(PathRoute route, Consumers.Served served, ConnectionManager connections, Executor executor) {
		this.route = route;
		this.served = served;
		this.connections = connections;
		this.executor = executor;
	}

	@Override
	public String[] getSupportedVersions() {
		return VERSIONS;
	}

	@Override
	public List<WebSocketExtension> getSupportedExtensions(ServerHttpRequest request) {
		return List.of();
	}

	@Override
	public void upgrade(ServerHttpRequest request, ServerHttpResponse response, @Nullable String selectedProtocol,
			List<WebSocketExtension> selectedExtensions, @Nullable Principal user, WebSocketHandler handler,
			Map<String, Object> attributes) {
		ServletServerHttpRequest servletRequest = (ServletServerHttpRequest) request;
		ServletServerHttpResponse servletResponse = (ServletServerHttpResponse) response;
		Handshake handshake;
		try {
			handshake = HandshakeReader.read(servletRequest, selectedProtocol, user);
		}
		catch (RuntimeException ex) {
			logger.debug("A handshake cannot be read", ex);
			servletResponse.getServletResponse().setStatus(HttpServletResponse.SC_BAD_REQUEST);
			return;
		}
		ConnectionRuntime connection = this.connections.create(handshake, this.route.settings(), this.served.layer(),
				this.served.handlers());
		HandshakeResult result = connection.connect().toCompletableFuture().join();
		answer(result, servletResponse.getServletResponse());
		if (result.accepted()) {
			upgrade(servletRequest, servletResponse, result, connection);
		}
	}

	private static void answer(HandshakeResult result, HttpServletResponse response) {
		if (!result.accepted()) {
			response.setStatus(result.status());
		}
		result.headers().forEach((name, values) -> values.forEach((value) -> response.addHeader(name, value)));
		String body = result.body();
		if (body != null) {
			try {
				response.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
			}
			catch (IOException ex) {
				logger.debug("The client of a refused handshake went", ex);
			}
		}
	}

	private void upgrade(ServletServerHttpRequest request, ServletServerHttpResponse response, HandshakeResult result,
			ConnectionRuntime connection) {
		try {
			container(request).upgrade(request, response, result.subprotocol(), connection);
		}
		catch (Exception ex) {
			// the client went, or sent what this container does not take
			logger.debug("Upgrade of " + connection + " failed", ex);
			connection.upgradeFailed();
			HttpServletResponse servletResponse = response.getServletResponse();
			if (!servletResponse.isCommitted()) {
				servletResponse.setStatus(HttpServletResponse.SC_BAD_REQUEST);
			}
		}
	}

	private ContainerUpgrade container(ServletServerHttpRequest request) {
		ContainerUpgrade container = this.container;
		if (container == null) {
			container = ContainerUpgrade.in(request.getServletRequest().getServletContext(), this.executor);
			this.container = container;
		}
		return container;
	}

}
