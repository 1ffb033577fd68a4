package dev.channels;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the event type of a payload class, so that its instances can be sent as they are:
 * {@code channels.group("chat_lobby").send(new ChatMessage("hi"))}. The class's
 * properties stand beside {@code type} on the wire, therefore none may be named
 * {@code type}, {@code __asgi_channel__} or begin with {@code __channels_}.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface EventType {

	/**
	 * Event type, for instance {@code "chat.message"}.
	 * @return the type
	 */
	String value();

}
