package dev.channels;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks a handler of events that reach this consumer over the channel layer. What it
 * returns is sent to this client, as {@link OnReceive} says; members of a group that
 * return one and the same object share its encoding, so it must not change any more. A
 * refusal is logged, and the client is not told of it. In a worker an event is
 * acknowledged when the handler has returned and what it returned is done.
 * <p>
 * Without a type, the payload parameter's {@link EventType} is the type; a handler whose
 * only payload is an {@link Event} takes all events that have no handler of their own. A
 * decoded payload is shared by the members of a group: use records and other immutable
 * values.
 *
 * @since 0.1.0
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface OnEvent {

	/**
	 * Event types to handle, for instance {@code "chat.message"}.
	 * @return the event types
	 */
	String[] value() default {};

}
