package dev.channels.websocket;

import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

import dev.channels.connection.ConnectionRuntime;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.ee11.websocket.server.JettyWebSocketServerContainer;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.http.server.ServletServerHttpResponse;

/**
 * Upgrades in Jetty. Spring's own strategy reads on as soon as a message was handed over,
 * whatever becomes of it, so there is one of ours.
 */
final class JettyUpgrade implements ContainerUpgrade {

	private final ScheduledExecutorService timer;

	JettyUpgrade(ScheduledExecutorService timer) {
		this.timer = timer;
	}

	static boolean isContainer(ServletContext servletContext) {
		return JettyWebSocketServerContainer.getContainer(servletContext) != null;
	}

	@Override
	public boolean upgrade(ServletServerHttpRequest request, ServletServerHttpResponse response,
			@Nullable String subprotocol, ConnectionRuntime connection) throws Exception {
		ServletContext servletContext = request.getServletRequest().getServletContext();
		boolean upgraded = JettyWebSocketServerContainer.getContainer(servletContext)
			.upgrade((upgradeRequest, upgradeResponse) -> {
				if (subprotocol != null) {
					upgradeResponse.setAcceptedSubProtocol(subprotocol);
				}
				// no compression: both containers do the same, whatever the client offers
				upgradeResponse.setExtensions(List.of());
				return new JettyListener(connection, this.timer);
			}, request.getServletRequest(), response.getServletResponse());
		return upgraded && response.getServletResponse().getStatus() == HttpServletResponse.SC_SWITCHING_PROTOCOLS;
	}

}
