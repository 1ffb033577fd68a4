package dev.channels.websocket;

import java.security.Principal;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.channels.connection.Handshake;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.util.ServletRequestPathUtils;
import org.springframework.web.util.pattern.PathPattern;

/**
 * Copies what a handshake says, since the container uses the request again.
 */
final class HandshakeReader {

	private HandshakeReader() {
	}

	/**
	 * Read a request that a route matched.
	 * @param patterns the patterns of the route
	 * @throws UnreadableHandshakeException if the client sent what cannot be read. Other
	 * exceptions are the server's fault, of its session store for one
	 */
	static Handshake read(ServletServerHttpRequest request, List<PathPattern> patterns,
			@Nullable String agreedSubprotocol, @Nullable Principal principal) {
		HttpServletRequest servletRequest = request.getServletRequest();
		HttpHeaders headers = request.getHeaders();
		return new Handshake(request.getURI(), headers, cookies(servletRequest), queryParams(servletRequest),
				pathVariables(servletRequest, patterns),
				headers.getValuesAsList(WebSocketHttpHeaders.SEC_WEBSOCKET_PROTOCOL), agreedSubprotocol,
				RemoteAddress.of(servletRequest), principal, sessionAttributes(servletRequest));
	}

	private static Map<String, String> cookies(HttpServletRequest request) {
		Cookie[] all = request.getCookies();
		if (all == null) {
			return Map.of();
		}
		Map<String, String> cookies = new HashMap<>();
		for (Cookie cookie : all) {
			cookies.putIfAbsent(cookie.getName(), cookie.getValue());
		}
		return cookies;
	}

	private static MultiValueMap<String, String> queryParams(HttpServletRequest request) {
		MultiValueMap<String, String> params = new LinkedMultiValueMap<>();
		parameters(request).forEach((name, values) -> params.put(name, List.of(values)));
		return params;
	}

	private static Map<String, String[]> parameters(HttpServletRequest request) {
		try {
			return request.getParameterMap();
		}
		catch (RuntimeException ex) {
			throw new UnreadableHandshakeException("its query cannot be decoded", ex);
		}
	}

	/**
	 * The variables that Spring's mapping leaves in the request are missing below a
	 * context path: it looks for them in the whole path.
	 */
	private static Map<String, String> pathVariables(HttpServletRequest request, List<PathPattern> patterns) {
		RequestPath whole = ServletRequestPathUtils.hasParsedRequestPath(request)
				? ServletRequestPathUtils.getParsedRequestPath(request)
				: ServletRequestPathUtils.parseAndCache(request);
		PathContainer path = whole.pathWithinApplication();
		for (PathPattern pattern : patterns) {
			PathPattern.PathMatchInfo match = pattern.matchAndExtract(path);
			if (match != null) {
				return match.getUriVariables();
			}
		}
		return Map.of();
	}

	private static Map<String, Object> sessionAttributes(HttpServletRequest request) {
		HttpSession session = request.getSession(false);
		if (session == null) {
			return Map.of();
		}
		Map<String, Object> attributes = new HashMap<>();
		for (String name : Collections.list(session.getAttributeNames())) {
			Object value = session.getAttribute(name);
			if (value != null) {
				attributes.put(name, value);
			}
		}
		return attributes;
	}

}
