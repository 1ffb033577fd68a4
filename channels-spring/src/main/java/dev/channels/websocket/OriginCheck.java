package dev.channels.websocket;

import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.channels.connection.HandshakeLog;
import dev.channels.routing.PathRoute;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.server.support.OriginHandshakeInterceptor;
import org.springframework.web.util.UriComponents;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Lets pages of the same origin connect, and of those that a route allows. Spring's own
 * check does not know that {@code wss} is {@code https}, which is what some proxies say,
 * and says nothing of whom it refuses.
 */
final class OriginCheck extends OriginHandshakeInterceptor {

	private static final String FORWARDED_PROTO = "X-Forwarded-Proto";

	private final boolean serverReadsForwardedHeaders;

	private final HandshakeLog log;

	OriginCheck(PathRoute route, boolean serverReadsForwardedHeaders, HandshakeLog log) {
		List<String> origins = route.allowedOrigins();
		setAllowedOrigins(origins.stream().filter((it) -> !it.contains("*")).toList());
		setAllowedOriginPatterns(origins.stream().filter((it) -> it.contains("*")).toList());
		this.serverReadsForwardedHeaders = serverReadsForwardedHeaders;
		this.log = log;
	}

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) {
		String origin = request.getHeaders().getOrigin();
		if (origin == null) {
			return true;
		}
		HttpServletRequest servletRequest = ((ServletServerHttpRequest) request).getServletRequest();
		Origin expected = expected(servletRequest);
		if (expected.equals(Origin.parse(origin)) || isAllowed(origin, request, response, handler, attributes)) {
			return true;
		}
		response.setStatusCode(HttpStatus.FORBIDDEN);
		this.log.foreignOrigin(servletRequest.getRequestURI(), origin, expected.toString());
		return false;
	}

	private boolean isAllowed(String origin, ServerHttpRequest request, ServerHttpResponse response,
			WebSocketHandler handler, Map<String, Object> attributes) {
		if (getAllowedOrigins().isEmpty() && getAllowedOriginPatterns().isEmpty()) {
			return false;
		}
		try {
			return super.beforeHandshake(request, response, handler, attributes);
		}
		catch (Exception ex) {
			// what cannot be read is on no list
			return false;
		}
	}

	private Origin expected(HttpServletRequest request) {
		String scheme = httpScheme(request.getScheme());
		String expectedScheme = scheme;
		if (this.serverReadsForwardedHeaders) {
			// servers take wss for no TLS; who may not send this header cannot be a page
			String forwarded = request.getHeader(FORWARDED_PROTO);
			if ("wss".equalsIgnoreCase(forwarded)) {
				expectedScheme = "https";
			}
		}
		int port = request.getServerPort();
		if (port <= 0 || port == defaultPort(scheme)) {
			port = defaultPort(expectedScheme);
		}
		return new Origin(expectedScheme, request.getServerName().toLowerCase(Locale.ROOT), port);
	}

	private static String httpScheme(String scheme) {
		return switch (scheme.toLowerCase(Locale.ROOT)) {
			case "ws" -> "http";
			case "wss" -> "https";
			default -> scheme.toLowerCase(Locale.ROOT);
		};
	}

	private static int defaultPort(String scheme) {
		return scheme.equals("https") ? 443 : 80;
	}

	/**
	 * Where a page comes from, with the port that its scheme implies.
	 */
	private record Origin(String scheme, String host, int port) {

		/**
		 * Read what a browser sends, {@code null} if it is nothing that could be the
		 * same.
		 */
		static @Nullable Origin parse(String text) {
			try {
				UriComponents uri = UriComponentsBuilder.fromUriString(text).build();
				String scheme = uri.getScheme();
				String host = uri.getHost();
				if (scheme == null || host == null) {
					return null;
				}
				String lowerCase = scheme.toLowerCase(Locale.ROOT);
				int port = (uri.getPort() > 0) ? uri.getPort() : defaultPort(lowerCase);
				return new Origin(lowerCase, host.toLowerCase(Locale.ROOT), port);
			}
			catch (RuntimeException ex) {
				return null;
			}
		}

		@Override
		public String toString() {
			return this.scheme + "://" + this.host + ((this.port != defaultPort(this.scheme)) ? ":" + this.port : "");
		}

	}

}
