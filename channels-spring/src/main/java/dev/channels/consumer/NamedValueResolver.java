package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

import dev.channels.Connection;
import dev.channels.InvalidMessageException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.AbstractNamedValueMethodArgumentResolver;
import org.springframework.util.ObjectUtils;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ValueConstants;

/**
 * Resolves parameters that are a fact of the handshake, by Spring MVC's annotations. A
 * fact that is missing or cannot be converted is the client's mistake.
 *
 * @param <A> the type of annotation
 */
final class NamedValueResolver<A extends Annotation> extends AbstractNamedValueMethodArgumentResolver {

	private final Class<A> annotation;

	private final Function<A, NamedValueInfo> info;

	private final BiFunction<Connection, String, @Nullable Object> lookup;

	private NamedValueResolver(Class<A> annotation, Function<A, NamedValueInfo> info,
			BiFunction<Connection, String, @Nullable Object> lookup, ConversionService conversions,
			@Nullable ConfigurableBeanFactory beanFactory) {
		super(conversions, beanFactory);
		this.annotation = annotation;
		this.info = info;
		this.lookup = lookup;
	}

	static List<NamedValueResolver<?>> all(ConversionService conversions,
			@Nullable ConfigurableBeanFactory beanFactory) {
		return List.of(
				new NamedValueResolver<>(PathVariable.class,
						(it) -> new Info(it.name(), it.required(), ValueConstants.DEFAULT_NONE),
						(connection, name) -> connection.pathVariables().get(name), conversions, beanFactory),
				new NamedValueResolver<>(RequestParam.class,
						(it) -> new Info(it.name(), it.required(), it.defaultValue()),
						(connection, name) -> single(connection.queryParams().get(name)), conversions, beanFactory),
				new NamedValueResolver<>(RequestHeader.class,
						(it) -> new Info(it.name(), it.required(), it.defaultValue()),
						(connection, name) -> single(connection.headers().get(name)), conversions, beanFactory),
				new NamedValueResolver<>(CookieValue.class,
						(it) -> new Info(it.name(), it.required(), it.defaultValue()),
						(connection, name) -> connection.cookies().get(name), conversions, beanFactory));
	}

	private static @Nullable Object single(@Nullable List<String> values) {
		if (values == null || values.isEmpty()) {
			return null;
		}
		return (values.size() == 1) ? values.get(0) : values;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(this.annotation);
	}

	@Override
	protected NamedValueInfo createNamedValueInfo(MethodParameter parameter) {
		return this.info.apply(annotationOf(parameter));
	}

	private A annotationOf(MethodParameter parameter) {
		A found = parameter.getParameterAnnotation(this.annotation);
		if (found == null) {
			throw new IllegalStateException("No @" + this.annotation.getSimpleName());
		}
		return found;
	}

	@Override
	public @Nullable Object resolveArgument(MethodParameter parameter, Message<?> message) throws Exception {
		try {
			return super.resolveArgument(parameter, message);
		}
		catch (ConversionException ex) {
			throw new InvalidMessageException(1008,
					"the client's value for " + describe(parameter) + " cannot be converted", null);
		}
	}

	@Override
	protected @Nullable Object resolveArgumentInternal(MethodParameter parameter, Message<?> message, String name) {
		return this.lookup.apply(HandlerHeaders.connection(message), name);
	}

	@Override
	protected void handleMissingValue(String name, MethodParameter parameter, Message<?> message) {
		throw new InvalidMessageException(1008, "the client gave no value for " + describe(parameter), null);
	}

	private String describe(MethodParameter parameter) {
		Object name = AnnotationUtils.getValue(annotationOf(parameter));
		return "@" + this.annotation.getSimpleName() + " '"
				+ (ObjectUtils.isEmpty(name) ? parameter.getParameterName() : name) + "'";
	}

	/**
	 * The two modules of Spring mark a missing default by constants of their own.
	 */
	private static final class Info extends NamedValueInfo {

		Info(String name, boolean required, String defaultValue) {
			super(name, required, defaultValue.equals(ValueConstants.DEFAULT_NONE)
					? org.springframework.messaging.handler.annotation.ValueConstants.DEFAULT_NONE : defaultValue);
		}

	}

}
