package dev.channels.connection;

import dev.channels.layer.Printable;
import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What is said about handshakes that came to nothing before a consumer was asked, or
 * after: one line in a while for each kind, since anybody can cause them, with what
 * clients sent cut and escaped. Safe for use by many threads.
 *
 * @since 0.1.0
 */
public final class HandshakeLog {

	private static final Log logger = LogFactory.getLog(HandshakeLog.class);

	private final RateLimitedLog foreignOrigins = new RateLimitedLog(logger);

	private final RateLimitedLog unreadable = new RateLimitedLog(logger);

	private final RateLimitedLog failed = new RateLimitedLog(logger);

	private final RateLimitedLog busy = new RateLimitedLog(logger);

	/**
	 * A page of another origin was refused.
	 * @param path what was asked for
	 * @param origin where the page comes from
	 * @param expected where pages of this server come from
	 */
	public void foreignOrigin(String path, String origin, String expected) {
		this.foreignOrigins.warn(() -> handshake(path) + " was refused with 403: it comes from a page of '"
				+ Printable.of(origin) + "', and pages of this server are of '" + Printable.of(expected)
				+ "'. If both are the same place behind a proxy, let the proxy send X-Forwarded-Proto and "
				+ "X-Forwarded-Host and set server.forward-headers-strategy=framework (or native); pages of other "
				+ "places are allowed by channels.routes[].allowed-origins");
	}

	/**
	 * A client sent what cannot be read.
	 * @param path what was asked for
	 * @param status what it was answered
	 * @param fault what is wrong, not in the client's words
	 */
	public void unreadable(String path, int status, String fault) {
		this.unreadable.warn(() -> handshake(path) + " was refused with " + status + ": " + fault);
	}

	/**
	 * A handshake failed, and not by the client's fault.
	 * @param path what was asked for
	 * @param cause why
	 */
	public void failed(String path, Throwable cause) {
		this.failed.warn(() -> handshake(path) + " failed, and was answered 500", cause);
	}

	/**
	 * A handshake was refused since too many wait.
	 * @param path what was asked for
	 * @param limit how many threads of the server may wait
	 */
	public void tooManyWait(String path, int limit) {
		this.busy.warn(() -> handshake(path) + " was refused with 503: " + limit
				+ " threads of the server wait for the outcome of handshakes already. None has to, if all filters on "
				+ "the way support asynchronous requests (asyncSupported)");
	}

	private static String handshake(String path) {
		return "A handshake for " + Printable.of(path);
	}

}
