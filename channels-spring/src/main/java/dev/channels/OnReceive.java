package dev.channels;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks a handler of client messages. The payload parameter tells what it takes:
 * {@link String} the text as it is, {@code byte[]} or {@link java.nio.ByteBuffer} a
 * binary message, any other type a JSON text (with {@code @Valid} it is validated).
 * <p>
 * What the handler returns is sent to this client. The return type tells how, and is
 * looked at when the application starts; of {@code Object} and wildcards the value
 * itself, by the same rules:
 * <table>
 * <caption>What handlers return</caption>
 * <tr>
 * <th>return type</th>
 * <th>what becomes of it</th>
 * </tr>
 * <tr>
 * <td>{@code void}, {@code Void}, {@code null}</td>
 * <td>nothing is sent</td>
 * </tr>
 * <tr>
 * <td>{@link CharSequence}, {@code byte[]}, {@link java.nio.ByteBuffer}</td>
 * <td>a text or binary message</td>
 * </tr>
 * <tr>
 * <td>{@link java.util.concurrent.CompletionStage}, {@code Mono} and other single
 * reactive values, in Kotlin {@code suspend} and {@code Deferred}</td>
 * <td>awaited: the next message or event is handled when it is done. Its value, if it has
 * one, is sent. It is never cancelled</td>
 * </tr>
 * <tr>
 * <td>{@link java.util.stream.Stream}, {@code Publisher}, {@code Flux},
 * {@link java.util.concurrent.Flow.Publisher}, in Kotlin {@code Flow}</td>
 * <td>each element is sent as it comes and as fast as the client reads, beside what is
 * handled next. Cancelled or closed when the connection ends</td>
 * </tr>
 * <tr>
 * <td>anything else</td>
 * <td>JSON text, of the declared type where elements of containers need it for their type
 * ids</td>
 * </tr>
 * <tr>
 * <td>{@code Future}, {@code Callable}, {@code DeferredResult}, {@code ResponseEntity},
 * {@code SseEmitter} and the like</td>
 * <td>stops the start</td>
 * </tr>
 * </table>
 * Many values make no sense in {@link OnConnect}, {@link OnDisconnect}, a
 * {@code @MessageExceptionHandler} and a worker, and stop the start there.
 * <p>
 * An exception that no {@code @MessageExceptionHandler} takes closes the connection: with
 * {@link InvalidMessageException#closeCode()}, 1008 for an {@link InvalidNameException},
 * and 1011 for an error. One that stands for an HTTP status in a controller
 * ({@code ErrorResponse}, {@code @ResponseStatus}, Spring Security's) is answered with a
 * problem as of RFC 9457,
 * <code>{"type":"about:blank","title":"Forbidden","status":403}</code>, and the
 * connection lives; so it does after a {@link ChannelLayerException}, which is logged.
 * <p>
 * With a message type only messages whose {@link Consumer#typeProperty()} says so are
 * handled. Without one the handler takes the messages that no other one takes; a consumer
 * has at most one such handler for text and one for binary messages. A message that no
 * handler takes is an {@link InvalidMessageException}.
 *
 * @since 0.1.0
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface OnReceive {

	/**
	 * Message types to handle, all when empty.
	 * @return the message types
	 */
	String[] value() default {};

}
