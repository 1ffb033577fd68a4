package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.channels.Channels;
import dev.channels.CloseStatus;
import dev.channels.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;

/**
 * Finds parameters that nobody could tell from a payload, and that are something else
 * where Spring's annotations and types come from: a handler that is given the client's
 * JSON for its user would be a hole.
 */
final class PayloadCheck {

	private static final List<Class<?>> NEVER = List.of(Connection.class, Channels.class, CloseStatus.class,
			Principal.class, Locale.class, Throwable.class);

	private static final List<String> NEVER_FROM = List.of("jakarta.servlet.", "org.springframework.http.Http",
			"org.springframework.messaging.", "org.springframework.ui.", "org.springframework.validation.",
			"org.springframework.web.");

	private static final Set<String> OF_PAYLOADS = Set.of("org.springframework.messaging.handler.annotation.Payload",
			"org.springframework.web.bind.annotation.RequestBody");

	private static final List<String> NEVER_ANNOTATED_FROM = List.of("org.springframework.beans.",
			"org.springframework.data.", "org.springframework.messaging.", "org.springframework.security.",
			"org.springframework.web.");

	private PayloadCheck() {
	}

	/**
	 * Whether a parameter can be the payload.
	 */
	static boolean isPossible(MethodParameter parameter) {
		Class<?> type = parameter.getParameterType();
		return NEVER.stream().noneMatch((never) -> never.isAssignableFrom(type))
				&& NEVER_FROM.stream().noneMatch((prefix) -> type.getName().startsWith(prefix))
				&& foreignAnnotationOf(parameter) == null;
	}

	/**
	 * Return the annotation that says that a parameter is no payload.
	 */
	static @Nullable Annotation foreignAnnotationOf(MethodParameter parameter) {
		for (Annotation annotation : parameter.getParameterAnnotations()) {
			String name = annotation.annotationType().getName();
			if (!OF_PAYLOADS.contains(name) && NEVER_ANNOTATED_FROM.stream().anyMatch(name::startsWith)) {
				return annotation;
			}
		}
		return null;
	}

}
