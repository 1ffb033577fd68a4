package dev.channels.autoconfigure;

import java.util.List;

import dev.channels.ChannelsConfigurationException;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Looks for routes of connections in an application that cannot serve them. Otherwise
 * their clients would be the first to know.
 */
final class UnservedRoutes implements SmartInitializingSingleton {

	private static final Log logger = LogFactory.getLog(UnservedRoutes.class);

	private final RouteTable routes;

	private final Reason reason;

	UnservedRoutes(RouteTable routes, Reason reason) {
		this.routes = routes;
		this.reason = reason;
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<PathRoute> paths = this.routes.paths();
		if (paths.isEmpty()) {
			return;
		}
		if (this.reason == Reason.NO_WEB_APPLICATION) {
			logger.info("This is no web application: it serves worker channels, and no connections at "
					+ paths.stream().map(PathRoute::path).toList());
			return;
		}
		PathRoute first = paths.get(0);
		throw new ChannelsConfigurationException(
				first.location() + ".path: '" + first.path() + "' cannot be served: " + this.reason.description,
				this.reason.action);
	}

	/**
	 * Why connections cannot be served.
	 */
	enum Reason {

		/**
		 * Nothing is wrong: the node is there for workers, with the same routes as the
		 * others.
		 */
		NO_WEB_APPLICATION("", ""),

		/**
		 * The application is reactive.
		 */
		REACTIVE("this is a reactive web application, and Channels serves connections in those on servlets",
				"Add org.springframework.boot:spring-boot-starter-webmvc to the application and, if it keeps WebFlux for its "
						+ "WebClient, set spring.main.web-application-type=servlet. For workers alone set "
						+ "spring.main.web-application-type=none, or remove the path."),

		/**
		 * Classes are missing.
		 */
		NO_LIBRARY("Spring MVC with WebSocket is not there",
				"Add org.springframework.boot:spring-boot-starter-websocket to the application, and do not exclude "
						+ "ChannelsWebSocketAutoConfiguration."),

		/**
		 * Nobody would ask our handler mapping.
		 */
		NO_DISPATCHER_SERVLET("there is no DispatcherServlet, which handshakes come through",
				"Do not exclude DispatcherServletAutoConfiguration, or register a DispatcherServlet.");

		private final String description;

		private final String action;

		Reason(String description, String action) {
			this.description = description;
			this.action = action;
		}

	}

}
