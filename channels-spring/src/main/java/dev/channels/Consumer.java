package dev.channels;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;

/**
 * Marks a bean whose handler methods serve connections or a worker channel. A route names
 * it: {@code channels.routes[0].consumer: chat}.
 * <p>
 * Consumers are prototypes, found by component scan or returned by a {@code @Bean}
 * method: each connection (each delivery stream of a worker) has an instance of its own,
 * which is destroyed afterwards ({@code @PreDestroy}, {@link AutoCloseable}). Calls for
 * one connection never overlap and happen in order, each seeing what the earlier ones
 * wrote, so fields need no locks. A consumer that says {@code @Scope("singleton")} is
 * shared by all its connections and has to be thread-safe. Other scopes are refused.
 * <p>
 * One instance of each routed consumer is created and destroyed when the application
 * starts, so that a consumer which cannot be created stops the start and not the first
 * client.
 *
 * @since 0.1.0
 * @see OnConnect
 * @see OnReceive
 * @see OnEvent
 * @see OnDisconnect
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
public @interface Consumer {

	/**
	 * Name under which routes refer to this consumer. Names of consumers are a namespace
	 * of their own: they are not bean names.
	 * @return the name
	 */
	@AliasFor("name")
	String value() default "";

	/**
	 * Alias of {@link #value()}.
	 * @return the name
	 */
	@AliasFor("value")
	String name() default "";

	/**
	 * Groups that each connection joins before {@link OnConnect} is called and leaves
	 * when it ends. Path variables in braces are filled in: {@code "chat_{room}"}. A
	 * client whose path gives an illegal group name is answered 400.
	 * @return the group name templates
	 */
	String[] groups() default {};

	/**
	 * Alias of the channel layer that carries this consumer's groups and events
	 * ({@code channels.layers.<alias>}).
	 * @return the alias
	 */
	String layer() default "default";

	/**
	 * JSON property of a client's message that names the message type, for
	 * {@link OnReceive} handlers with a type.
	 * @return the property
	 */
	String typeProperty() default "type";

}
