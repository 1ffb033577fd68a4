package dev.channels.websocket;

import java.util.List;
import java.util.concurrent.Executor;

import dev.channels.connection.ConnectionManager;
import dev.channels.consumer.Consumers;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;

import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistration;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.AbstractWebSocketHandler;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/**
 * Registers routes with Spring's registry of WebSocket handlers.
 */
final class RouteWebSocketConfigurer implements WebSocketConfigurer {

	private final RouteTable routes;

	private final Consumers consumers;

	private final ConnectionManager connections;

	private final Executor executor;

	RouteWebSocketConfigurer(RouteTable routes, Consumers consumers, ConnectionManager connections, Executor executor) {
		this.routes = routes;
		this.consumers = consumers;
		this.connections = connections;
		this.executor = executor;
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		this.routes.paths().forEach((route) -> register(route, registry));
	}

	private void register(PathRoute route, WebSocketHandlerRegistry registry) {
		DefaultHandshakeHandler handshakes = new DefaultHandshakeHandler(new ConnectUpgradeStrategy(route,
				this.consumers.serve(route, this.routes), this.connections, this.executor));
		handshakes.setSupportedProtocols(route.subprotocols().toArray(String[]::new));
		WebSocketHandlerRegistration registration = registry
			.addHandler(new RouteWebSocketHandler(route), route.patterns().toArray(String[]::new))
			.setHandshakeHandler(handshakes);
		List<String> origins = route.allowedOrigins();
		registration.setAllowedOrigins(origins.stream().filter((it) -> !it.contains("*")).toArray(String[]::new));
		registration.setAllowedOriginPatterns(origins.stream().filter((it) -> it.contains("*")).toArray(String[]::new));
	}

	/**
	 * Stands for the route in the registry and in its logs: each connection has a handler
	 * of its own.
	 */
	private static final class RouteWebSocketHandler extends AbstractWebSocketHandler {

		private final PathRoute route;

		RouteWebSocketHandler(PathRoute route) {
			this.route = route;
		}

		@Override
		public String toString() {
			return "consumer '" + this.route.consumer() + "' at " + this.route.path();
		}

	}

}
