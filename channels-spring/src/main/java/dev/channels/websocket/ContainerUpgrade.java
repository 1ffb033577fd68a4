package dev.channels.websocket;

import java.util.concurrent.Executor;

import dev.channels.connection.ConnectionRuntime;
import jakarta.servlet.ServletContext;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.util.ClassUtils;

/**
 * Upgrades a request in one kind of servlet container.
 */
interface ContainerUpgrade {

	/**
	 * Upgrade a request whose checks are done. The connection is told when it is open,
	 * which may be before or after this returns, or never.
	 * @param subprotocol the subprotocol to answer with, or {@code null}
	 * @throws Exception if the container refuses
	 */
	void upgrade(ServletServerHttpRequest request, ServletServerHttpResponse response, @Nullable String subprotocol,
			ConnectionRuntime connection) throws Exception;

	/**
	 * Find out in which container we run. The classes that are present do not tell: both
	 * may be.
	 * @throws IllegalStateException if it is none that is supported
	 */
	static ContainerUpgrade in(ServletContext servletContext, Executor executor) {
		ClassLoader classLoader = ContainerUpgrade.class.getClassLoader();
		if (ClassUtils.isPresent("org.apache.tomcat.websocket.server.WsServerContainer", classLoader)
				&& TomcatUpgrade.isContainer(servletContext)) {
			return new TomcatUpgrade(executor);
		}
		if (ClassUtils.isPresent("org.eclipse.jetty.ee11.websocket.server.JettyWebSocketServerContainer", classLoader)
				&& JettyUpgrade.isContainer(servletContext)) {
			return new JettyUpgrade();
		}
		throw new IllegalStateException("Channels runs in Tomcat and Jetty with their WebSocket support, but not in "
				+ servletContext.getServerInfo());
	}

}
