package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import dev.channels.Connection;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.CollectionUtils;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.ObjectUtils;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Resolves parameters that are all facts of one kind, as Spring MVC does: an annotation
 * without a name at a {@code Map}, a {@code MultiValueMap} or, for headers, at
 * {@code HttpHeaders}. What the handler is given is its own.
 *
 * @param annotation the annotation
 * @param type the type of the parameter
 * @param facts gives the value
 */
record HandshakeMapResolver(Class<? extends Annotation> annotation, Class<?> type,
		Function<Connection, Object> facts) implements HandlerMethodArgumentResolver {

	static List<HandshakeMapResolver> all() {
		return List.of(
				new HandshakeMapResolver(PathVariable.class, Map.class,
						(connection) -> new LinkedHashMap<>(connection.pathVariables())),
				new HandshakeMapResolver(CookieValue.class, Map.class,
						(connection) -> new LinkedHashMap<>(connection.cookies())),
				new HandshakeMapResolver(RequestParam.class, Map.class,
						(connection) -> new LinkedHashMap<>(connection.queryParams().toSingleValueMap())),
				new HandshakeMapResolver(RequestParam.class, MultiValueMap.class,
						(connection) -> new LinkedMultiValueMap<>(connection.queryParams())),
				new HandshakeMapResolver(RequestHeader.class, HttpHeaders.class, HandshakeMapResolver::headers),
				new HandshakeMapResolver(RequestHeader.class, Map.class, HandshakeMapResolver::firstOfEachHeader),
				new HandshakeMapResolver(RequestHeader.class, MultiValueMap.class, HandshakeMapResolver::eachHeader));
	}

	static HttpHeaders headers(Connection connection) {
		return HttpHeaders.copyOf(connection.headers());
	}

	private static Object firstOfEachHeader(Connection connection) {
		Map<String, String> result = new LinkedCaseInsensitiveMap<>();
		connection.headers().forEach((name, values) -> result.put(name, values.get(0)));
		return result;
	}

	private static Object eachHeader(Connection connection) {
		MultiValueMap<String, String> result = CollectionUtils.toMultiValueMap(new LinkedCaseInsensitiveMap<>());
		connection.headers().forEach((name, values) -> values.forEach((value) -> result.add(name, value)));
		return result;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		Annotation found = parameter.getParameterAnnotation(this.annotation);
		return found != null && parameter.getParameterType() == this.type
				&& ObjectUtils.isEmpty(AnnotationUtils.getValue(found)) && takesText(parameter);
	}

	private boolean takesText(MethodParameter parameter) {
		if (!Map.class.isAssignableFrom(this.type)) {
			return true;
		}
		Class<?> value = ResolvableType.forMethodParameter(parameter).as(this.type).getGeneric(1).resolve(Object.class);
		return value == String.class || value == Object.class;
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) {
		return this.facts.apply(HandlerHeaders.connection(message));
	}

}
