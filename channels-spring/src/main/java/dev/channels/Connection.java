package dev.channels;

import java.net.InetSocketAddress;
import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.util.MultiValueMap;

/**
 * One client, for the consumer that serves it. All methods are safe for use by many
 * threads, none blocks on the client.
 *
 * @since 0.1.0
 */
public interface Connection {

	/**
	 * Return the name under which the channel layer reaches this connection.
	 * @return the channel name
	 */
	String channelName();

	/**
	 * Return what the client asked for.
	 * @return the URI as requested, with the query
	 */
	URI uri();

	/**
	 * Return the headers of the handshake, put together for each call.
	 * @return the read-only headers
	 */
	HttpHeaders headers();

	/**
	 * Return the cookies of the handshake; the first of several with one name.
	 * @return unmodifiable map of names and values
	 */
	Map<String, String> cookies();

	/**
	 * Return the decoded parameters of the query.
	 * @return unmodifiable map of names and values
	 */
	MultiValueMap<String, String> queryParams();

	/**
	 * Return the decoded variables of the route's path.
	 * @return unmodifiable map of names and values
	 */
	Map<String, String> pathVariables();

	/**
	 * Return the subprotocols that the client offered, in its order.
	 * @return unmodifiable list
	 */
	List<String> offeredSubprotocols();

	/**
	 * Return the subprotocol that was agreed on.
	 * @return the subprotocol, or {@code null} if there is none (yet)
	 */
	@Nullable String subprotocol();

	/**
	 * Return the address of the peer, which is the last proxy's unless the server is told
	 * to trust forwarded headers.
	 * @return the address, or {@code null} if it is not known
	 */
	@Nullable InetSocketAddress remoteAddress();

	/**
	 * Return who made the handshake.
	 * @return the principal, or {@code null} for an anonymous client
	 */
	@Nullable Principal principal();

	/**
	 * Return the attributes that the HTTP session had at the handshake. A copy: the
	 * connection neither keeps that session alive nor ends with it.
	 * @return unmodifiable map of names and values, empty without a session
	 */
	Map<String, Object> sessionAttributes();

	/**
	 * Return what the application wants to remember for this connection.
	 * @return a map that is safe for use by many threads, and takes no {@code null}
	 */
	Map<String, Object> attributes();

	/**
	 * Join a group. Does nothing if the connection is a member or has ended; joins again
	 * if the layer has forgotten the group since, as {@code flush()} does.
	 * @param group 1 to 99 ASCII letters, digits, hyphens, underscores or periods
	 * @return a stage that completes when the layer knows of it, which takes as long as
	 * Redis is away, or when the connection has ended
	 * @throws InvalidNameException if the name is not legal
	 */
	CompletionStage<Void> join(String group);

	/**
	 * Leave a group. Does nothing if the connection is no member.
	 * @param group the name of the group
	 * @return a stage that completes when the layer knows of it, which takes as long as
	 * Redis is away, or when the connection has ended
	 * @throws InvalidNameException if the name is not legal
	 */
	CompletionStage<Void> leave(String group);

	/**
	 * Return the groups that this connection is a member of.
	 * @return an unmodifiable copy
	 */
	Set<String> groups();

	/**
	 * Send a message to the client: text for a {@link CharSequence}, binary for
	 * {@code byte[]} and {@link java.nio.ByteBuffer}, anything else as JSON text. Before
	 * the connection is accepted the message waits; after it has been closed the message
	 * goes nowhere, which is counted.
	 * <p>
	 * Takes any number of messages and never waits for the client: above the route's
	 * {@code outbound-limit} its {@code slow-consumer} policy closes or drops. Who has
	 * much to send asks {@link #isWritable()} in between.
	 * @param message the message
	 * @throws IllegalArgumentException if the object cannot be written as JSON
	 */
	void send(Object message);

	/**
	 * Whether at most half of the route's {@code outbound-limit} waits to be written to
	 * the client. {@code false} also before the connection is open and once it closes.
	 * @return {@code true} if so
	 */
	boolean isWritable();

	/**
	 * Run an action once this connection {@link #isWritable() is writable}, as a handler
	 * is: on a thread of ours, one at a time with the handlers of this connection, and it
	 * may block. The way to send what is too much for one go: <pre class="code">
	 * void sendRest(Iterator&lt;Row&gt; rows, Connection connection) {
	 *     while (rows.hasNext() &amp;&amp; connection.isWritable()) {
	 *         connection.send(rows.next());
	 *     }
	 *     if (rows.hasNext()) {
	 *         connection.whenWritable(() -&gt; sendRest(rows, connection));
	 *     }
	 * }
	 * </pre> Nothing is run once the connection closes. An action that throws closes the
	 * connection with code 1011.
	 * @param action what to do
	 */
	void whenWritable(Runnable action);

	/**
	 * Accept the connection now, with the subprotocol that the route and the client agree
	 * on. Only of use in {@link OnConnect}, where returning accepts as well.
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	default void accept() {
		accept(null, HttpHeaders.EMPTY);
	}

	/**
	 * Accept the connection with a subprotocol.
	 * @param subprotocol one of the {@link #offeredSubprotocols()}, or {@code null} for
	 * the one that the route and the client agree on
	 * @throws IllegalArgumentException if the subprotocol was not offered
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	default void accept(@Nullable String subprotocol) {
		accept(subprotocol, HttpHeaders.EMPTY);
	}

	/**
	 * Accept the connection, with the subprotocol that the route and the client agree on.
	 * @param headers headers to add to the response
	 * @throws IllegalArgumentException if a header is one that the handshake itself sets
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	default void accept(HttpHeaders headers) {
		accept(null, headers);
	}

	/**
	 * Accept the connection.
	 * @param subprotocol one of the {@link #offeredSubprotocols()}, or {@code null} for
	 * the one that the route and the client agree on
	 * @param headers headers to add to the response
	 * @throws IllegalArgumentException if the subprotocol was not offered, or a header is
	 * one that the handshake itself sets
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	void accept(@Nullable String subprotocol, HttpHeaders headers);

	/**
	 * Refuse the connection: the client sees this HTTP status, no socket opens.
	 * @param status a status from 400 to 599
	 * @throws IllegalArgumentException if the status is out of range
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	default void reject(int status) {
		reject(status, HttpHeaders.EMPTY);
	}

	/**
	 * Refuse the connection: the client sees this HTTP status, no socket opens.
	 * @param status a status from 400 to 599
	 * @throws IllegalArgumentException if the status is out of range
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	default void reject(HttpStatusCode status) {
		reject(status.value());
	}

	/**
	 * Refuse the connection with a problem (RFC 9457): its status, and the problem as
	 * {@code application/problem+json}. A browser's WebSocket shows neither to its page.
	 * @param problem a problem with a status from 400 to 599
	 * @throws IllegalArgumentException if the status is out of range, or the problem
	 * cannot be written as JSON
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	void reject(ProblemDetail problem);

	/**
	 * Refuse the connection.
	 * @param status a status from 400 to 599
	 * @param headers headers of the response, for instance {@code Retry-After}
	 * @throws IllegalArgumentException if the status is out of range
	 * @throws IllegalStateException if the connection was accepted or rejected before
	 */
	void reject(int status, HttpHeaders headers);

	/**
	 * Close with code 1000.
	 */
	default void close() {
		close(1000, "");
	}

	/**
	 * Close without a reason.
	 * @param code as in {@link #close(int, String)}
	 * @throws IllegalArgumentException if the code is not one a server may send
	 */
	default void close(int code) {
		close(code, "");
	}

	/**
	 * Close with a status.
	 * @param status code and reason, as in {@link #close(int, String)}
	 * @throws IllegalArgumentException if the code is not one a server may send
	 */
	default void close(CloseStatus status) {
		close(status.code(), status.reason());
	}

	/**
	 * Close the connection once the messages sent before are written. Only the first
	 * close counts; messages sent after it go nowhere.
	 * @param code 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999 (RFC 6455
	 * section 7.4; 1005, 1006 and 1015 never stand in a frame, 1010 is the client's)
	 * @param reason of which at most 123 bytes of UTF-8 are sent
	 * @throws IllegalArgumentException if the code is not one a server may send
	 */
	void close(int code, String reason);

	/**
	 * Whether the connection is open: accepted, and neither side has begun to close it.
	 * @return {@code true} if so
	 */
	boolean isOpen();

}
