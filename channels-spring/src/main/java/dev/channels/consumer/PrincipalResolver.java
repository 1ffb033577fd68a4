package dev.channels.consumer;

import java.security.Principal;
import java.util.Optional;

import dev.channels.ConnectionRejectedException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Resolves who made the handshake: {@code null}, or an empty {@code Optional}, for an
 * anonymous client and for one who is of another type. Kotlin cannot be given
 * {@code null} where its types do not say so: that client is answered 401.
 */
final class PrincipalResolver implements HandlerMethodArgumentResolver {

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return Principal.class.isAssignableFrom(typeOf(parameter));
	}

	private static Class<?> typeOf(MethodParameter parameter) {
		return parameter.nestedIfOptional().getNestedParameterType();
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
		Principal principal = HandlerHeaders.connection(message).principal();
		Principal found = typeOf(parameter).isInstance(principal) ? principal : null;
		if (parameter.getParameterType() == Optional.class) {
			return Optional.ofNullable(found);
		}
		if (found == null && isRequired(parameter)) {
			throw new ConnectionRejectedException(401);
		}
		return found;
	}

	private static boolean isRequired(MethodParameter parameter) {
		return KotlinDetector.isKotlinReflectPresent() && KotlinDetector.isKotlinType(parameter.getDeclaringClass())
				&& !parameter.isOptional();
	}

}
