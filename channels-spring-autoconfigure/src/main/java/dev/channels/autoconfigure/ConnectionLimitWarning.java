package dev.channels.autoconfigure;

import dev.channels.layer.RateLimitedLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.connector.Connector;
import org.apache.commons.logging.LogFactory;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Warns when Tomcat will soon accept no more connections. Tomcat itself does not say a
 * word: who comes then waits without an answer, also with a plain request. Asked with
 * each handshake, which costs the reading of two numbers.
 */
final class ConnectionLimitWarning implements HandlerInterceptor {

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(ConnectionLimitWarning.class));

	private final WebApplicationContext context;

	ConnectionLimitWarning(WebApplicationContext context) {
		this.context = context;
	}

	@Override
	public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
		if (this.context instanceof WebServerApplicationContext server
				&& server.getWebServer() instanceof TomcatWebServer tomcat) {
			for (Connector connector : tomcat.getTomcat().getService().findConnectors()) {
				check(connector);
			}
		}
		return true;
	}

	private void check(Connector connector) {
		if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
			int limit = protocol.getMaxConnections();
			if (limit > 0 && protocol.getConnectionCount() >= limit - limit / 10) {
				this.log.warn(() -> "Nine tenths of the " + limit + " connections that Tomcat accepts at port "
						+ connector.getLocalPort() + " are open. When none is left, whoever comes waits without an "
						+ "answer, with plain requests as well: raise server.tomcat.max-connections, and the number of "
						+ "open files that the system allows");
			}
		}
	}

}
