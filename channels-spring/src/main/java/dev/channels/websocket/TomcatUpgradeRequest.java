package dev.channels.websocket;

import java.io.IOException;
import java.security.Principal;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpUpgradeHandler;
import org.apache.tomcat.websocket.server.WsHttpUpgradeHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.web.socket.WebSocketHttpHeaders;

/**
 * A request as Tomcat's WebSocket side sees it: without extensions, since compression
 * costs some 100 KB for each connection and Tomcat agrees to it whatever it is told;
 * without the HTTP session, whose end would close the connection on this server alone;
 * with an upgrade handler of ours; and without what Tomcat would copy and keep as long as
 * the connection lives.
 */
final class TomcatUpgradeRequest extends HttpServletRequestWrapper {

	private final TomcatEndpoint endpoint;

	TomcatUpgradeRequest(HttpServletRequest request, TomcatEndpoint endpoint) {
		super(request);
		this.endpoint = endpoint;
	}

	@Override
	public @Nullable String getHeader(String name) {
		return isExtensions(name) ? null : super.getHeader(name);
	}

	@Override
	public Enumeration<String> getHeaders(String name) {
		return isExtensions(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
	}

	private static boolean isExtensions(String name) {
		return WebSocketHttpHeaders.SEC_WEBSOCKET_EXTENSIONS.equalsIgnoreCase(name);
	}

	@Override
	public @Nullable HttpSession getSession(boolean create) {
		return null;
	}

	@Override
	@SuppressWarnings("unchecked")
	public <T extends HttpUpgradeHandler> T upgrade(Class<T> type) throws IOException, ServletException {
		if (type != (Class<?>) WsHttpUpgradeHandler.class) {
			return super.upgrade(type);
		}
		TomcatUpgradeHandler handler = super.upgrade(TomcatUpgradeHandler.class);
		this.endpoint.upgraded(handler);
		return (T) handler;
	}

	@Override
	public Enumeration<String> getHeaderNames() {
		return Collections.emptyEnumeration();
	}

	@Override
	public Map<String, String[]> getParameterMap() {
		return Map.of();
	}

	@Override
	public @Nullable String getQueryString() {
		return null;
	}

	@Override
	public String getRequestURI() {
		return "/";
	}

	@Override
	public @Nullable Principal getUserPrincipal() {
		return null;
	}

}
