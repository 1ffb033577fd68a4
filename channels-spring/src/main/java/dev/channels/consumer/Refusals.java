package dev.channels.consumer;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.channels.ChannelLayerException;
import dev.channels.InvalidMessageException;
import dev.channels.InvalidNameException;
import dev.channels.connection.RefusalStatus;
import dev.channels.connection.ServerConnection;
import dev.channels.layer.Printable;
import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.util.ClassUtils;
import org.springframework.web.ErrorResponse;

/**
 * What becomes of an open connection when a handler fails with what is no error of the
 * application, and no exception handler takes it. A refusal, which in a controller would
 * be a response with that status, is answered with a problem if it was a client's message
 * that is refused; a channel layer that is away costs no client its connection. Each is
 * warned of at a limited rate, without a stack trace. Safe for use by many threads.
 */
final class Refusals {

	private static final Log logger = LogFactory.getLog(Refusals.class);

	private static final int POLICY_VIOLATION = 1008;

	private static final int MAX_TEXT = 300;

	private final RateLimitedLog refused = new RateLimitedLog(logger);

	private final RateLimitedLog layerFailed = new RateLimitedLog(logger);

	/**
	 * Decide about a failure.
	 * @param origin the handler that failed, {@code null} for a stream of answers
	 * @return whether this is settled, and the connection lives
	 * @throws InvalidMessageException if the client is to be closed for it
	 */
	boolean settle(@Nullable Handler origin, Throwable failure, ServerConnection connection) {
		Throwable reason = RefusalStatus.reasonIn(failure);
		RefusalStatus refusal = (reason != null) ? RefusalStatus.of(reason) : null;
		if (reason == null || refusal == null) {
			return false;
		}
		if (reason instanceof InvalidMessageException invalid) {
			throw invalid;
		}
		if (reason instanceof InvalidNameException) {
			throw new InvalidMessageException(POLICY_VIOLATION, textOf(reason), null);
		}
		String what = (origin != null) ? origin.toString() : "a stream of answers";
		if (reason instanceof ChannelLayerException) {
			this.layerFailed.warn(() -> connection + ": " + what + " could not use the channel layer: " + textOf(reason)
					+ " (the connection lives)");
			return true;
		}
		this.refused.warn(() -> connection + ": " + what + " refused with status " + refusal.status().value() + ": "
				+ ClassUtils.getShortName(reason.getClass()) + ": " + textOf(reason));
		if (origin == null || origin.kind() == HandlerKind.RECEIVE) {
			connection.send(problem(refusal.status(), reason));
		}
		return true;
	}

	private static String textOf(Throwable failure) {
		return Printable.of(String.valueOf(failure.getMessage()), MAX_TEXT);
	}

	/**
	 * As Spring writes a {@link ProblemDetail}, without what may be internal.
	 */
	private static Map<String, Object> problem(HttpStatusCode status, Throwable failure) {
		ProblemDetail body = (failure instanceof ErrorResponse response) ? response.getBody() : null;
		URI type = (body != null) ? body.getType() : null;
		String title = (body != null) ? body.getTitle() : null;
		HttpStatus known = HttpStatus.resolve(status.value());
		Map<String, Object> problem = new LinkedHashMap<>();
		problem.put("type", (type != null) ? type.toString() : "about:blank");
		if (title != null) {
			problem.put("title", title);
		}
		else if (known != null) {
			problem.put("title", known.getReasonPhrase());
		}
		problem.put("status", status.value());
		return problem;
	}

}
