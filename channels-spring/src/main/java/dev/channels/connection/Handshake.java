package dev.channels.connection;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;

import dev.channels.layer.Printable;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.MultiValueMap;

/**
 * What a client asked for, copied: containers recycle their requests.
 *
 * @param uri the URI as requested
 * @param headers the headers
 * @param cookies the cookies
 * @param queryParams the decoded parameters of the query
 * @param pathVariables the decoded variables of the route's path
 * @param offeredSubprotocols the subprotocols that the client offered
 * @param agreedSubprotocol the first of them that the route supports
 * @param remoteAddress the address of the peer
 * @param principal who the client is
 * @param sessionAttributes what the HTTP session holds
 * @since 0.1.0
 */
public record Handshake(URI uri, HttpHeaders headers, Map<String, String> cookies,
		MultiValueMap<String, String> queryParams, Map<String, String> pathVariables, List<String> offeredSubprotocols,
		@Nullable String agreedSubprotocol, @Nullable InetSocketAddress remoteAddress, @Nullable Principal principal,
		Map<String, Object> sessionAttributes) {

	/**
	 * Create a handshake.
	 */
	public Handshake {
		cookies = Map.copyOf(cookies);
		pathVariables = Map.copyOf(pathVariables);
		offeredSubprotocols = List.copyOf(offeredSubprotocols);
		sessionAttributes = Map.copyOf(sessionAttributes);
	}

	/**
	 * Return the path as requested, fit for a log: nothing in it is decoded.
	 */
	String printablePath() {
		String path = this.uri.getRawPath();
		return (path != null) ? Printable.of(path) : "";
	}

	/**
	 * Say the path only: queries and headers carry secrets.
	 */
	@Override
	public String toString() {
		return "handshake for " + printablePath();
	}

}
