package dev.channels.websocket;

import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.ChannelsConfigurationException;
import dev.channels.connection.ConnectionExecutors;
import jakarta.servlet.ServletContext;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Finds out in which servlet container the application runs, and whether sockets can be
 * opened in it.
 *
 * @since 0.1.0
 */
public final class ServletContainer {

	private static final ClassLoader classLoader = ServletContainer.class.getClassLoader();

	private static final boolean tomcatPresent = ClassUtils
		.isPresent("org.apache.tomcat.websocket.server.WsServerContainer", classLoader);

	private static final boolean jettyPresent = ClassUtils
		.isPresent("org.eclipse.jetty.ee11.websocket.server.JettyWebSocketServerContainer", classLoader);

	private final Executor writers;

	private final ScheduledExecutorService timer;

	/**
	 * Found by the first request, since there may be no container before.
	 */
	private volatile @Nullable ContainerUpgrade upgrade;

	ServletContainer(ConnectionExecutors executors) {
		this.writers = executors.writers();
		this.timer = executors.timer();
	}

	ContainerUpgrade of(ServletContext servletContext) {
		ContainerUpgrade upgrade = this.upgrade;
		if (upgrade == null) {
			upgrade = create(servletContext);
			this.upgrade = upgrade;
		}
		return upgrade;
	}

	private ContainerUpgrade create(ServletContext servletContext) {
		if (isTomcat(servletContext)) {
			return TomcatUpgrade.in(servletContext, this.writers, this.timer);
		}
		if (isJetty(servletContext)) {
			return new JettyUpgrade(this.timer);
		}
		throw unsupported(servletContext);
	}

	/**
	 * Check that routes with a path can work, as soon as the container has started.
	 * @param servletContext the container's
	 * @throws ChannelsConfigurationException if this container is not supported, or lacks
	 * its WebSocket support
	 */
	public static void requireWebSocket(ServletContext servletContext) {
		if (!isTomcat(servletContext) && !isJetty(servletContext)) {
			throw unsupported(servletContext);
		}
	}

	// which classes are present does not tell: those of both containers may be

	private static boolean isTomcat(ServletContext servletContext) {
		return tomcatPresent && TomcatUpgrade.isContainer(servletContext);
	}

	private static boolean isJetty(ServletContext servletContext) {
		return jettyPresent && JettyUpgrade.isContainer(servletContext);
	}

	private static ChannelsConfigurationException unsupported(ServletContext servletContext) {
		String info = servletContext.getServerInfo();
		String name = info.toLowerCase(Locale.ROOT);
		String action = "Use one of these, or remove the routes that have a path.";
		if (name.contains("tomcat")) {
			action = "Add the dependency org.apache.tomcat.embed:tomcat-embed-websocket, "
					+ "which spring-boot-starter-websocket has.";
		}
		else if (name.contains("jetty")) {
			action = "Add the dependency org.eclipse.jetty.ee11.websocket:jetty-ee11-websocket-jetty-server.";
		}
		return new ChannelsConfigurationException(
				"channels.routes: a route with a path opens WebSockets, which works in Tomcat 11 and Jetty 12.1 "
						+ "with their WebSocket support; this server, " + info + ", is none of these or lacks it",
				action);
	}

}
