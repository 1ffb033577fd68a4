package dev.channels.consumer;

import java.util.Set;

import dev.channels.CloseStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.StringUtils;

/**
 * Gives a disconnect handler the status, as ours or as one of Spring's two, which nobody
 * needs to have on the class path.
 */
final class CloseStatusResolver implements HandlerMethodArgumentResolver {

	private static final Set<String> OF_SPRING = Set.of("org.springframework.web.socket.CloseStatus",
			"org.springframework.web.reactive.socket.CloseStatus");

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		return type == CloseStatus.class || OF_SPRING.contains(type.getName());
	}

	@Override
	public Object resolveArgument(MethodParameter parameter, Message<?> message) {
		CloseStatus status = (CloseStatus) message.getPayload();
		Class<?> type = parameter.getParameterType();
		return (type == CloseStatus.class) ? status : convert(status, type);
	}

	private static Object convert(CloseStatus status, Class<?> type) {
		@Nullable String reason = StringUtils.hasLength(status.reason()) ? status.reason() : null;
		try {
			return BeanUtils.instantiateClass(type.getConstructor(int.class, String.class), status.code(), reason);
		}
		catch (NoSuchMethodException ex) {
			throw new IllegalStateException(type.getName() + " is not what Spring 7 has", ex);
		}
	}

}
