package dev.channels.websocket;

import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.connection.ConnectionRuntime;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpUpgradeHandler;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.apache.tomcat.websocket.server.WsServerContainer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;

/**
 * Upgrades in Tomcat, by way of Spring's own strategy.
 */
final class TomcatUpgrade implements ContainerUpgrade {

	private static final String CONTAINER_ATTRIBUTE = "jakarta.websocket.server.ServerContainer";

	private static final int CLOSE_CHECK_SECONDS = 1;

	private final StandardWebSocketUpgradeStrategy strategy = new StandardWebSocketUpgradeStrategy();

	private final Executor executor;

	private final ScheduledExecutorService timer;

	private TomcatUpgrade(Executor executor, ScheduledExecutorService timer) {
		this.executor = executor;
		this.timer = timer;
	}

	static TomcatUpgrade in(ServletContext servletContext, Executor executor, ScheduledExecutorService timer) {
		WsServerContainer container = (WsServerContainer) servletContext.getAttribute(CONTAINER_ATTRIBUTE);
		// Tomcat ends clients that do not answer a close, and looks for them each ten
		// seconds
		container.setProcessPeriod(Math.min(container.getProcessPeriod(), CLOSE_CHECK_SECONDS));
		return new TomcatUpgrade(executor, timer);
	}

	static boolean isContainer(ServletContext servletContext) {
		return servletContext.getAttribute(CONTAINER_ATTRIBUTE) instanceof WsServerContainer;
	}

	@Override
	public boolean upgrade(ServletServerHttpRequest request, ServletServerHttpResponse response,
			@Nullable String subprotocol, ConnectionRuntime connection) {
		UpgradeRequest upgrade = new UpgradeRequest(request.getServletRequest());
		TomcatWebSocketHandler handler = new TomcatWebSocketHandler(connection, upgrade, this.executor, this.timer);
		this.strategy.upgrade(new ServletServerHttpRequest(upgrade), response, subprotocol, List.of(), null, handler,
				new HashMap<>());
		return response.getServletResponse().getStatus() == HttpServletResponse.SC_SWITCHING_PROTOCOLS;
	}

	/**
	 * The request as Tomcat's WebSocket side sees it: without extensions, since
	 * compression costs some 100 KB for each connection and Tomcat agrees to it whatever
	 * it is told; without the HTTP session, whose end would close the connection on this
	 * server alone; and with an upgrade handler of ours.
	 */
	static final class UpgradeRequest extends HttpServletRequestWrapper {

		private @Nullable TomcatUpgradeHandler upgradeHandler;

		UpgradeRequest(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable String getHeader(String name) {
			return isExtensions(name) ? null : super.getHeader(name);
		}

		@Override
		public Enumeration<String> getHeaders(String name) {
			return isExtensions(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
		}

		private static boolean isExtensions(String name) {
			return WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS.equalsIgnoreCase(name);
		}

		@Override
		public @Nullable HttpSession getSession(boolean create) {
			return null;
		}

		@Override
		@SuppressWarnings("unchecked")
		public <T extends HttpUpgradeHandler> T upgrade(Class<T> type) throws IOException, ServletException {
			if (type != (Class<?>) WsHttpUpgradeHandler.class) {
				return super.upgrade(type);
			}
			TomcatUpgradeHandler handler = super.upgrade(TomcatUpgradeHandler.class);
			this.upgradeHandler = handler;
			return (T) handler;
		}

		TomcatUpgradeHandler upgradeHandler() {
			if (this.upgradeHandler == null) {
				throw new IllegalStateException("Not upgraded");
			}
			return this.upgradeHandler;
		}

	}

}
