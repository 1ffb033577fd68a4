package dev.channels.websocket;

import java.util.function.Supplier;

import dev.channels.layer.Printable;
import dev.channels.layer.RateLimitedLog;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.LogFactory;

/**
 * What is said about handshakes that came to nothing: one line in a while for each kind,
 * since anybody can cause them. Safe for use by many threads.
 */
final class EdgeLog {

	private final RateLimitedLog foreignOrigins = new RateLimitedLog(LogFactory.getLog(OriginCheck.class));

	private final RateLimitedLog clientFaults = new RateLimitedLog(LogFactory.getLog(RouteRequestHandler.class));

	private final RateLimitedLog serverFaults = new RateLimitedLog(LogFactory.getLog(RouteRequestHandler.class));

	private final RateLimitedLog busy = new RateLimitedLog(LogFactory.getLog(ConnectUpgradeStrategy.class));

	void foreignOrigin(Supplier<String> message) {
		this.foreignOrigins.warn(message);
	}

	/**
	 * A client sent what cannot be read.
	 * @param status what it was answered
	 */
	void clientFault(HttpServletRequest request, int status, String fault) {
		this.clientFaults.warn(() -> handshake(request) + " was refused with " + status + ": " + fault);
	}

	/**
	 * A handshake failed, and not by the client's fault.
	 */
	void serverFault(HttpServletRequest request, Throwable cause) {
		this.serverFaults.warn(() -> handshake(request) + " failed, and was answered 500", cause);
	}

	void tooManyWait(HttpServletRequest request, int limit) {
		this.busy.warn(() -> handshake(request) + " was refused with 503: " + limit
				+ " threads of the server wait for the outcome of handshakes already. None has to, if all filters on "
				+ "the way support asynchronous requests (asyncSupported)");
	}

	private static String handshake(HttpServletRequest request) {
		return "A handshake for " + Printable.of(request.getRequestURI());
	}

}
