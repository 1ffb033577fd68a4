package dev.channels.autoconfigure;

import java.util.Locale;

import dev.channels.websocket.ServletContainer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.cloud.CloudPlatform;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.util.Assert;
import org.springframework.web.context.WebApplicationContext;

/**
 * What has to be known of the server in which the application runs.
 */
final class ServletServer {

	private ServletServer() {
	}

	/**
	 * Whether the server itself evaluates the headers of a proxy, by Spring Boot's rules.
	 */
	static boolean readsForwardedHeaders(Environment environment) {
		String strategy = environment.getProperty("server.forward-headers-strategy");
		if (strategy != null) {
			return strategy.toLowerCase(Locale.ROOT).equals("native");
		}
		CloudPlatform platform = CloudPlatform.getActive(environment);
		return platform != null && platform.isUsingForwardHeaders();
	}

	/**
	 * Stop the start of an application whose server cannot open WebSockets.
	 */
	static void requireWebSocket(WebApplicationContext context) {
		ServletContext servletContext = context.getServletContext();
		Assert.state(servletContext != null, "No ServletContext");
		if (context instanceof WebServerApplicationContext server && hasStarted(server)) {
			ServletContainer.requireWebSocket(servletContext);
			return;
		}
		try {
			// in a WAR the container may set up its WebSocket support after us
			servletContext.addListener(new ContextListener());
		}
		catch (UnsupportedOperationException | IllegalStateException ex) {
			// a mock, or a context that is refreshed later; handshakes will tell
		}
	}

	private static boolean hasStarted(WebServerApplicationContext context) {
		@Nullable Object server = context.getWebServer();
		return server != null;
	}

	private static final class ContextListener implements ServletContextListener {

		@Override
		public void contextInitialized(ServletContextEvent event) {
			ServletContainer.requireWebSocket(event.getServletContext());
		}

	}

}
