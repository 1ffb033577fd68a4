package dev.channels.websocket;

import java.util.Base64;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketHttpHeaders;
import org.springframework.web.socket.server.HandshakeInterceptor;

/**
 * Checks what Spring and the server read from a handshake, and take for granted. Comes
 * before all other interceptors, and reads what they read from the same request, so that
 * it is parsed once.
 */
final class ReadableHandshakeCheck implements HandshakeInterceptor {

	private static final int KEY_BYTES = 16;

	@Override
	public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			Map<String, Object> attributes) {
		WebSocketHttpHeaders headers = read(request);
		if (quotes(headers, WebSocketHttpHeaders.SEC_WEBSOCKET_PROTOCOL) > 0
				|| quotes(headers, WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS) % 2 > 0) {
			// Jetty fails on these in the midst of the upgrade
			throw new UnreadableHandshakeException("one of its headers has a quotation mark too many");
		}
		if (!isKey(headers.getSecWebSocketKey())) {
			throw new UnreadableHandshakeException("its Sec-WebSocket-Key is not 16 bytes in Base64");
		}
		return true;
	}

	private static WebSocketHttpHeaders read(ServerHttpRequest request) {
		try {
			request.getURI();
			WebSocketHttpHeaders headers = new WebSocketHttpHeaders(request.getHeaders());
			headers.getConnection();
			headers.getSecWebSocketProtocol();
			headers.getSecWebSocketExtensions();
			return headers;
		}
		catch (RuntimeException ex) {
			throw new UnreadableHandshakeException("its path or one of its headers cannot be read", ex);
		}
	}

	private static long quotes(WebSocketHttpHeaders headers, String name) {
		List<String> values = headers.get(name);
		return (values == null) ? 0 : values.stream().flatMapToInt(String::chars).filter((c) -> c == '"').count();
	}

	private static boolean isKey(@Nullable String key) {
		try {
			return key != null && key.length() == 24 && Base64.getDecoder().decode(key).length == KEY_BYTES;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	@Override
	public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler handler,
			@Nullable Exception exception) {
		// whatever came of it, it could be read
	}

}
