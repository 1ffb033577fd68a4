package dev.channels.websocket;

import java.io.IOException;
import java.util.Base64;
import java.util.Collections;

import dev.channels.connection.HandshakeLog;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.HandshakeFailureException;
import org.springframework.web.socket.server.support.WebSocketHttpRequestHandler;

/**
 * Spring's handler of handshakes for one route. What a client gets wrong is answered 400
 * before any code of the application runs, what we get wrong 500, and neither fills the
 * log.
 */
final class RouteRequestHandler extends WebSocketHttpRequestHandler {

	private static final Log logger = LogFactory.getLog(RouteRequestHandler.class);

	private static final int KEY_BYTES = 16;

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
			requireReadable(request);
			super.handleRequest(request, response);
		}
		catch (UnreadableHandshakeException ex) {
			refuse(request, response, ex);
		}
		catch (HandshakeFailureException ex) {
			if (ex.getCause() instanceof UnreadableHandshakeException unreadable) {
				refuse(request, response, unreadable);
				return;
			}
			this.log.failed(request.getRequestURI(), (ex.getCause() != null) ? ex.getCause() : ex);
			answer(response, HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
		}
	}

	private void refuse(HttpServletRequest request, HttpServletResponse response, UnreadableHandshakeException ex) {
		logger.debug("A handshake cannot be read", ex);
		this.log.unreadable(request.getRequestURI(), HttpServletResponse.SC_BAD_REQUEST, ex.fault());
		answer(response, HttpServletResponse.SC_BAD_REQUEST);
	}

	private static void answer(HttpServletResponse response, int status) {
		if (!response.isCommitted()) {
			response.setStatus(status);
		}
	}

	/**
	 * Check what Spring reads from the request, and takes for granted.
	 */
	private static void requireReadable(HttpServletRequest request) {
		try {
			ServletServerHttpRequest springRequest = new ServletServerHttpRequest(request);
			springRequest.getURI();
			WebSocketHttpHeaders headers = new WebSocketHttpHeaders(springRequest.getHeaders());
			headers.getConnection();
			headers.getSecWebSocketProtocol();
			headers.getSecWebSocketExtensions();
		}
		catch (RuntimeException ex) {
			throw new UnreadableHandshakeException("its path or one of its headers cannot be read", ex);
		}
		if (quotes(request, WebSocketHttpHeaders.SEC_WEBSOCKET_PROTOCOL) > 0
				|| quotes(request, WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS) % 2 > 0) {
			// Jetty fails on these in the midst of the upgrade
			throw new UnreadableHandshakeException("one of its headers has a quotation mark too many");
		}
		if (!isKey(request.getHeader(WebSocketHttpHeaders.SEC_WEBSOCKET_KEY))) {
			throw new UnreadableHandshakeException("its Sec-WebSocket-Key is not 16 bytes in Base64");
		}
	}

	private static long quotes(HttpServletRequest request, String header) {
		return Collections.list(request.getHeaders(header))
			.stream()
			.flatMapToInt(String::chars)
			.filter((c) -> c == '"')
			.count();
	}

	private static boolean isKey(@Nullable String key) {
		try {
			return key != null && key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

}
