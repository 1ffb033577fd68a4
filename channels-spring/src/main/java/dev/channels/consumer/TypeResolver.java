package dev.channels.consumer;

import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Resolves parameters by their type alone.
 *
 * @param type the type that a parameter has, or extends
 * @param value gives the value for a parameter of that type
 */
record TypeResolver(Class<?> type,
		BiFunction<MethodParameter, Message<?>, @Nullable Object> value) implements HandlerMethodArgumentResolver {

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return this.type.isAssignableFrom(parameter.getParameterType());
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
		return this.value.apply(parameter, message);
	}

}
