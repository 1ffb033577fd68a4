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
 * binary message, any other type a JSON text (with {@code @Valid} it is validated). What
 * the handler returns is sent to this client.
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
