package dev.channels.websocket;

import java.util.LinkedHashMap;
import java.util.Map;

import dev.channels.connection.ConnectionExecutors;
import dev.channels.connection.ConnectionManager;
import dev.channels.consumer.Consumers;
import dev.channels.routing.RouteTable;

import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.config.annotation.ServletWebSocketHandlerRegistry;
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
	 * @return the mapping
	 * @throws dev.channels.ChannelsConfigurationException if a route cannot work
	 */
	public static WebSocketHandlerMapping handshakes(RouteTable routes, Consumers consumers,
			ConnectionManager connections, ConnectionExecutors executors) {
		ServletWebSocketHandlerRegistry registry = new ServletWebSocketHandlerRegistry();
		registry.setOrder(HANDSHAKE_ORDER);
		new RouteWebSocketConfigurer(routes, consumers, connections, executors.writers())
			.registerWebSocketHandlers(registry);
		WebSocketHandlerMapping mapping = (WebSocketHandlerMapping) registry.getHandlerMapping();
		mapping.setWebSocketUpgradeMatch(true);
		return mapping;
	}

	/**
	 * Create the mapping that answers what is no handshake and no controller has taken.
	 * @param routes the routes
	 * @return the mapping
	 */
	public static HandlerMapping upgradeRequired(RouteTable routes) {
		Map<String, Object> handlers = new LinkedHashMap<>();
		UpgradeRequiredHandler handler = new UpgradeRequiredHandler();
		routes.paths().forEach((route) -> route.patterns().forEach((pattern) -> handlers.put(pattern, handler)));
		return new SimpleUrlHandlerMapping(handlers, UPGRADE_REQUIRED_ORDER);
	}

}
