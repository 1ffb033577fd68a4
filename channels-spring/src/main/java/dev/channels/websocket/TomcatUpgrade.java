package dev.channels.websocket;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.connection.ConnectionRuntime;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.DeploymentException;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;

/**
 * Upgrades in Tomcat. Spring's own strategy would keep the headers of each client once
 * more, and in buffers of the application's container.
 */
final class TomcatUpgrade implements ContainerUpgrade {

	private final WsServerContainer container;

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private TomcatUpgrade(WsServerContainer container, Executor executor, ScheduledExecutorService timer) {
		this.container = container;
		this.executor = executor;
		this.timer = timer;
	}

	static TomcatUpgrade in(ServletContext servletContext, Executor executor, ScheduledExecutorService timer) {
		return new TomcatUpgrade(TomcatContainer.create(servletContext), executor, timer);
	}

	static boolean isContainer(ServletContext servletContext) {
		return TomcatContainer.ofApplication(servletContext) != null;
	}

	@Override
	public boolean upgrade(ServletServerHttpRequest request, ServletServerHttpResponse response,
			@Nullable String subprotocol, ConnectionRuntime connection) throws IOException, DeploymentException {
		TomcatEndpoint endpoint = new TomcatEndpoint(connection, this.executor, this.timer);
		HttpServletResponse servletResponse = response.getServletResponse();
		this.container.upgradeHttpToWebSocket(new TomcatUpgradeRequest(request.getServletRequest(), endpoint),
				servletResponse, new TomcatEndpointConfig(endpoint, subprotocol), Map.of());
		return servletResponse.getStatus() == HttpServletResponse.SC_SWITCHING_PROTOCOLS;
	}

}
