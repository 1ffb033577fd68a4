package dev.channels.websocket;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.channels.connection.ConnectionExecutors;
import dev.channels.connection.ConnectionManager;
import dev.channels.connection.HandshakeLog;
import dev.channels.consumer.Consumers;
import dev.channels.routing.RouteTable;

import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.config.annotation.ServletWebSocketHandlerRegistry;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

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
		HandshakeLog log = new HandshakeLog();
		ServletWebSocketHandlerRegistry registry = new ServletWebSocketHandlerRegistry();
		registry.setOrder(HANDSHAKE_ORDER);
		new RouteWebSocketConfigurer(routes, consumers, connections, new ServletContainer(executors),
				serverReadsForwardedHeaders, log)
			.registerWebSocketHandlers(registry);
		WebSocketHandlerMapping mapping = (WebSocketHandlerMapping) registry.getHandlerMapping();
		Map<String, Object> handlers = new LinkedHashMap<>();
		mapping.getUrlMap()
			.forEach((pattern, handler) -> handlers.put(pattern,
					new RouteRequestHandler((WebSocketHttpRequestHandler) handler, log)));
		mapping.setUrlMap(handlers);
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
