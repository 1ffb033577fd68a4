package dev.channels.websocket;

import java.io.IOException;

import dev.channels.connection.HandshakeLog;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * Spring's handler of handshakes for one route. What a client gets wrong is answered 400
 * before any code of the application runs, what we get wrong 500, and neither fills the
 * log.
 */
final class RouteRequestHandler extends WebSocketHttpRequestHandler {

	private static final Log logger = LogFactory.getLog(RouteRequestHandler.class);

	private final HandshakeLog log;

	/**
	 * @param registered what Spring's registry made of the route
	 */
	RouteRequestHandler(WebSocketHttpRequestHandler registered, HandshakeLog log) {
		super(registered.getWebSocketHandler(), registered.getHandshakeHandler());
		setHandshakeInterceptors(registered.getHandshakeInterceptors());
		this.log = log;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response)
			throws ServletException, IOException {
		if (PendingHandshake.resume(request)) {
			return;
		}
		try {
			super.handleRequest(request, response);
		}
		catch (UnreadableHandshakeException ex) {
			refuse(request, response, ex);
		}
		catch (HandshakeFailureException ex) {
			this.log.failed(request.getRequestURI(), (ex.getCause() != null) ? ex.getCause() : ex);
			answer(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		}
	}

	private void refuse(HttpServletRequest request, HttpServletResponse response, UnreadableHandshakeException ex) {
		logger.debug("A handshake cannot be read", ex);
		this.log.unreadable(request.getRequestURI(), HttpServletResponse.SC_BAD_REQUEST,
				String.valueOf(ex.getMessage()));
		answer(response, HttpServletResponse.SC_BAD_REQUEST);
	}

	private static void answer(HttpServletResponse response, int status) {
		if (!response.isCommitted()) {
			response.setStatus(status);
		}
	}

}
