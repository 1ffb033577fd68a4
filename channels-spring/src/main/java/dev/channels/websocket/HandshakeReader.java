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
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.socket.WebSocketHttpHeaders;

/**
 * Copies what a handshake says, since the container uses the request again.
 */
final class HandshakeReader {

	private HandshakeReader() {
	}

	/**
	 * Read a request that a route matched.
	 * @throws UnreadableHandshakeException if the client sent what cannot be read. Other
	 * exceptions are the server's fault, of its session store for one
	 */
	static Handshake read(ServletServerHttpRequest request, @Nullable String agreedSubprotocol,
			@Nullable Principal principal) {
		HttpServletRequest servletRequest = request.getServletRequest();
		HttpHeaders headers = HttpHeaders.readOnlyHttpHeaders(HttpHeaders.copyOf(request.getHeaders()));
		return new Handshake(request.getURI(), headers, cookies(servletRequest), queryParams(servletRequest),
				pathVariables(servletRequest), headers.getValuesAsList(WebSocketHttpHeaders.SEC_WEBSOCKET_PROTOCOL),
				agreedSubprotocol, RemoteAddress.of(servletRequest), principal, sessionAttributes(servletRequest));
	}

	private static Map<String, String> cookies(HttpServletRequest request) {
		Map<String, String> cookies = new HashMap<>();
		Cookie[] all = request.getCookies();
		if (all != null) {
			for (Cookie cookie : all) {
				cookies.putIfAbsent(cookie.getName(), cookie.getValue());
			}
		}
		return cookies;
	}

	private static MultiValueMap<String, String> queryParams(HttpServletRequest request) {
		MultiValueMap<String, String> params = new LinkedMultiValueMap<>();
		parameters(request).forEach((name, values) -> params.put(name, List.of(values)));
		return CollectionUtils.unmodifiableMultiValueMap(params);
	}

	private static Map<String, String[]> parameters(HttpServletRequest request) {
		try {
			return request.getParameterMap();
		}
		catch (RuntimeException ex) {
			throw new UnreadableHandshakeException("its query cannot be decoded", ex);
		}
	}

	@SuppressWarnings("unchecked")
	private static Map<String, String> pathVariables(HttpServletRequest request) {
		Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
		return (variables instanceof Map<?, ?> map) ? (Map<String, String>) map : Map.of();
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
