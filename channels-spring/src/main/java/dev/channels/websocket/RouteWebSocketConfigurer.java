package dev.channels.websocket;

import java.util.concurrent.Semaphore;

import dev.channels.connection.ConnectionManager;
import dev.channels.connection.HandshakeLog;
import dev.channels.consumer.Consumers;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;

import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
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

	private final ServletContainer container;

	private final boolean serverReadsForwardedHeaders;

	private final HandshakeLog log;

	private final Semaphore waitingThreads = new Semaphore(ConnectUpgradeStrategy.MAX_WAITING_THREADS);

	RouteWebSocketConfigurer(RouteTable routes, Consumers consumers, ConnectionManager connections,
			ServletContainer container, boolean serverReadsForwardedHeaders, HandshakeLog log) {
		this.routes = routes;
		this.consumers = consumers;
		this.connections = connections;
		this.container = container;
		this.serverReadsForwardedHeaders = serverReadsForwardedHeaders;
		this.log = log;
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		this.routes.paths().forEach((route) -> register(route, registry));
	}

	private void register(PathRoute route, WebSocketHandlerRegistry registry) {
		DefaultHandshakeHandler handshakes = new DefaultHandshakeHandler(
				new ConnectUpgradeStrategy(route, this.consumers.serve(route, this.routes), this.connections,
						this.container, this.waitingThreads, this.log));
		handshakes.setSupportedProtocols(route.subprotocols().toArray(String[]::new));
		registry.addHandler(new RouteWebSocketHandler(route), route.patterns().toArray(String[]::new))
			.setHandshakeHandler(handshakes)
			.addInterceptors(new ReadableHandshakeCheck(),
					new OriginCheck(route, this.serverReadsForwardedHeaders, this.log))
			// ours comes first and decides
			.setAllowedOriginPatterns(CorsConfiguration.ALL);
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
