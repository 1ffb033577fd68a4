package dev.channels.connection;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;

import dev.channels.layer.Printable;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.util.CollectionUtils;
import org.springframework.util.MultiValueMap;

/**
 * What a client asked for, copied: containers recycle their requests. It is kept as long
 * as the connection lives, so what is large and seldom asked for is kept as text: URI and
 * headers.
 *
 * @since 0.1.0
 */
public final class Handshake {

	private static final MultiValueMap<String, String> NO_PARAMS = CollectionUtils
		.unmodifiableMultiValueMap(CollectionUtils.toMultiValueMap(Map.of()));

	private final String uri;

	private final String headerLines;

	private final Map<String, String> cookies;

	private final MultiValueMap<String, String> queryParams;

	private final Map<String, String> pathVariables;

	private final List<String> offeredSubprotocols;

	private final @Nullable String agreedSubprotocol;

	private final @Nullable InetSocketAddress remoteAddress;

	private final @Nullable Principal principal;

	private final Map<String, Object> sessionAttributes;

	/**
	 * Create a handshake.
	 * @param uri the URI as requested
	 * @param headers the headers
	 * @param cookies the cookies
	 * @param queryParams the decoded parameters of the query, not changed any more
	 * @param pathVariables the decoded variables of the route's path
	 * @param offeredSubprotocols the subprotocols that the client offered
	 * @param agreedSubprotocol the first of them that the route supports
	 * @param remoteAddress the address of the peer
	 * @param principal who the client is
	 * @param sessionAttributes what the HTTP session holds
	 */
	public Handshake(URI uri, HttpHeaders headers, Map<String, String> cookies,
			MultiValueMap<String, String> queryParams, Map<String, String> pathVariables,
			List<String> offeredSubprotocols, @Nullable String agreedSubprotocol,
			@Nullable InetSocketAddress remoteAddress, @Nullable Principal principal,
			Map<String, Object> sessionAttributes) {
		this.uri = uri.toString();
		this.headerLines = HeaderLines.join(headers);
		this.cookies = Map.copyOf(cookies);
		this.queryParams = queryParams.isEmpty() ? NO_PARAMS : CollectionUtils.unmodifiableMultiValueMap(queryParams);
		this.pathVariables = Map.copyOf(pathVariables);
		this.offeredSubprotocols = List.copyOf(offeredSubprotocols);
		this.agreedSubprotocol = agreedSubprotocol;
		this.remoteAddress = remoteAddress;
		this.principal = principal;
		this.sessionAttributes = Map.copyOf(sessionAttributes);
	}

	/**
	 * Return the URI as requested.
	 * @return the URI
	 */
	public URI uri() {
		return URI.create(this.uri);
	}

	/**
	 * Return the headers. They are read anew for each call.
	 * @return the headers, unmodifiable
	 */
	public HttpHeaders headers() {
		return HeaderLines.split(this.headerLines);
	}

	/**
	 * Return the cookies.
	 * @return the cookies, unmodifiable
	 */
	public Map<String, String> cookies() {
		return this.cookies;
	}

	/**
	 * Return the decoded parameters of the query.
	 * @return the parameters, unmodifiable
	 */
	public MultiValueMap<String, String> queryParams() {
		return this.queryParams;
	}

	/**
	 * Return the decoded variables of the route's path.
	 * @return the variables, unmodifiable
	 */
	public Map<String, String> pathVariables() {
		return this.pathVariables;
	}

	/**
	 * Return the subprotocols that the client offered.
	 * @return the subprotocols, unmodifiable
	 */
	public List<String> offeredSubprotocols() {
		return this.offeredSubprotocols;
	}

	/**
	 * Return the first of the offered subprotocols that the route supports.
	 * @return the subprotocol, or {@code null} if there is none
	 */
	public @Nullable String agreedSubprotocol() {
		return this.agreedSubprotocol;
	}

	/**
	 * Return the address of the peer.
	 * @return the address, or {@code null} if it is not known
	 */
	public @Nullable InetSocketAddress remoteAddress() {
		return this.remoteAddress;
	}

	/**
	 * Return who the client is.
	 * @return the principal, or {@code null} for nobody
	 */
	public @Nullable Principal principal() {
		return this.principal;
	}

	/**
	 * Return what the HTTP session holds.
	 * @return the attributes, unmodifiable
	 */
	public Map<String, Object> sessionAttributes() {
		return this.sessionAttributes;
	}

	/**
	 * Return the path as requested, fit for a log: nothing in it is decoded.
	 */
	String printablePath() {
		String path = uri().getRawPath();
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
