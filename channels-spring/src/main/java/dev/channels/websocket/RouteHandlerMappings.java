package dev.channels.websocket;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

import dev.channels.connection.ConnectionExecutors;
import dev.channels.connection.ConnectionManager;
import dev.channels.consumer.Consumers;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;

import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

/**
 * Spring MVC's mappings for routes. They are apart from the mapping of the application's
 * own {@code @EnableWebSocket}, because they do two things differently: handshakes come
 * before controllers, so that a page and a socket can share a path, and what is no
 * handshake is passed on.
 *
 * @since 0.1.0
 */
public final class RouteHandlerMappings {

	/**
	 * Before controllers (0) and router functions (-1).
	 */
	private static final int HANDSHAKE_ORDER = -2;

	/**
	 * After controllers, and before static resources.
	 */
	private static final int UPGRADE_REQUIRED_ORDER = 100;

	private RouteHandlerMappings() {
	}

	/**
	 * Create the mapping that takes handshakes.
	 * @param routes the routes
	 * @param consumers serve them
	 * @param connections manages what they open
	 * @param executors the threads
	 * @param serverReadsForwardedHeaders whether the servlet container itself evaluates
	 * {@code X-Forwarded-*} headers
	 * @param interceptors interceptors as
	 * {@link org.springframework.web.servlet.handler.AbstractHandlerMapping#setInterceptors}
	 * takes them; called for each handshake before all else
	 * @return the mapping
	 * @throws dev.channels.ChannelsConfigurationException if a route cannot work
	 */
	public static WebSocketHandlerMapping handshakes(RouteTable routes, Consumers consumers,
			ConnectionManager connections, ConnectionExecutors executors, boolean serverReadsForwardedHeaders,
			List<?> interceptors) {
		EdgeLog log = new EdgeLog();
		ServletContainer container = new ServletContainer(executors);
		Semaphore waitingThreads = new Semaphore(ConnectUpgradeStrategy.MAX_WAITING_THREADS);
		Map<String, Object> handlers = new LinkedHashMap<>();
		for (PathRoute route : routes.paths()) {
			ConnectUpgradeStrategy strategy = new ConnectUpgradeStrategy(route, consumers.serve(route, routes),
					connections, container, waitingThreads, log);
			RouteRequestHandler handler = new RouteRequestHandler(route, strategy,
					new OriginCheck(route, serverReadsForwardedHeaders, log), log);
			route.patterns().forEach((pattern) -> handlers.put(pattern, handler));
		}
		WebSocketHandlerMapping mapping = new WebSocketHandlerMapping();
		mapping.setUrlMap(handlers);
		mapping.setOrder(HANDSHAKE_ORDER);
		mapping.setWebSocketUpgradeMatch(true);
		mapping.setInterceptors(interceptors.toArray());
		return mapping;
	}

	/**
	 * Create the mapping that answers what is no handshake and no controller has taken.
	 * @param routes the routes
	 * @param interceptors interceptors as for {@link #handshakes}
	 * @return the mapping
	 */
	public static HandlerMapping upgradeRequired(RouteTable routes, List<?> interceptors) {
		Map<String, Object> handlers = new LinkedHashMap<>();
		UpgradeRequiredHandler handler = new UpgradeRequiredHandler();
		routes.paths().forEach((route) -> route.patterns().forEach((pattern) -> handlers.put(pattern, handler)));
		SimpleUrlHandlerMapping mapping = new SimpleUrlHandlerMapping(handlers, UPGRADE_REQUIRED_ORDER);
		mapping.setInterceptors(interceptors.toArray());
		return mapping;
	}

}
