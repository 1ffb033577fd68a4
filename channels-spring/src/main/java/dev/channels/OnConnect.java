package dev.channels;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks the handler that decides about a handshake. It runs before the upgrade, after the
 * method, version and origin were checked; as all handlers on a thread of our own, so
 * that no thread of the server waits for it.
 * <p>
 * Returning accepts the connection; a returned
 * {@link java.util.concurrent.CompletionStage}, {@code Mono} or other single reactive
 * value is awaited, and a value becomes the first message; many values decide nothing and
 * stop the start. Handler and stage together have the route's {@code connect-timeout};
 * what takes longer is answered 503, and its consumer is destroyed when it is done.
 * {@link Connection#reject(int)} or a {@link ConnectionRejectedException} answers with
 * that HTTP status, and no socket opens. So does an exception that stands for a status in
 * a controller as well ({@code ErrorResponse}, {@code @ResponseStatus}), Spring
 * Security's (401, 403) and a {@link ChannelLayerException} (503); any other answers 500
 * and is logged as an error. What the handler sends is delivered right after the accept,
 * in order, and its joins have taken effect by then.
 * {@link Connection#close(int, String)} accepts first and then closes, so that a browser
 * can see the code.
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
