package dev.channels.websocket;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.HttpRequestHandler;

/**
 * Answers requests on a route's path that are no WebSocket handshakes, and that no
 * controller has taken: 426 (RFC 9110 section 15.5.22), or 405 for what cannot become
 * one.
 */
final class UpgradeRequiredHandler implements HttpRequestHandler {

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (HttpMethod.GET.matches(request.getMethod()) || HttpMethod.HEAD.matches(request.getMethod())) {
			response.setStatus(426);
			response.setHeader(HttpHeaders.UPGRADE, "websocket");
			response.setHeader(HttpHeaders.CONNECTION, "Upgrade");
			response.setContentType(MediaType.TEXT_PLAIN_VALUE);
			response.getWriter().write("This is a WebSocket endpoint.\n");
		}
		else {
			response.setStatus(HttpServletResponse.SC_METHOD_NOT_ALLOWED);
			response.setHeader(HttpHeaders.ALLOW, HttpMethod.GET.name());
		}
	}

}
