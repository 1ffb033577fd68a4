package dev.channels;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;

/**
 * Marks the handler that is told of the end of a connection. It runs exactly once for
 * each connection whose {@link OnConnect} did not throw or reject: after a close by
 * either side, network loss, a failed upgrade, an error in a handler, a slow-consumer
 * close or the shutdown of the application. By then the connection has left all its
 * groups, and what is sent to it goes nowhere. A returned
 * {@link java.util.concurrent.CompletionStage} or {@code Mono} runs to its end before the
 * consumer is destroyed; its value is not sent.
 * <p>
 * A parameter of type {@link CloseStatus} tells the code: the peer's or our own, 1005
 * when the peer gave none (Tomcat says 1000 then), 1006 when the connection was lost.
 * Spring's types of that name, of spring-websocket and of WebFlux, are taken as well. A
 * consumer has at most one such handler.
 *
 * @since 0.1.0
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Reflective
public @interface OnDisconnect {

}
