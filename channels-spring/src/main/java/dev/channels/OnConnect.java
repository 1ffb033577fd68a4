package dev.channels;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks the handler that decides about a handshake. It runs before the upgrade, on the
 * thread of the HTTP request, after the method, version and origin were checked.
 * <p>
 * Returning accepts the connection; a returned
 * {@link java.util.concurrent.CompletionStage} is awaited, at most the route's
 * {@code connect-timeout}, and a value becomes the first message. A stage that has not
 * completed by then answers 503; its consumer is destroyed when it completes.
 * {@link Connection#reject(int)} or a {@link ConnectionRejectedException} answers with
 * that HTTP status, and no socket opens; any other exception answers 500. What the
 * handler sends is delivered right after the accept, in order, and its joins have taken
 * effect by then. {@link Connection#close(int, String)} accepts first and then closes, so
 * that a browser can see the code.
 * <p>
 * A consumer has at most one such handler; without one every client is accepted.
 *
 * @since 0.1.0
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface OnConnect {

}
