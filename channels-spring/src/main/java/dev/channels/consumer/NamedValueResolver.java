package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Connection;
import dev.channels.InvalidMessageException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.annotation.support.AbstractNamedValueMethodArgumentResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.SessionAttribute;
import org.springframework.web.bind.annotation.ValueConstants;

/**
 * Resolves parameters that are a fact of the handshake, by Spring MVC's annotations. A
 * fact that is missing or cannot be converted is the client's mistake.
 *
 * @param <A> the type of annotation
 */
final class NamedValueResolver<A extends Annotation> extends AbstractNamedValueMethodArgumentResolver {

	private final Class<A> annotation;

	private final Function<A, Info> info;

	private final BiFunction<Connection, String, @Nullable Object> lookup;

	private final ConversionService conversions;

	private final @Nullable ConfigurableBeanFactory beanFactory;

	private NamedValueResolver(Class<A> annotation, Function<A, Info> info,
			BiFunction<Connection, String, @Nullable Object> lookup, ConversionService conversions,
			@Nullable ConfigurableBeanFactory beanFactory) {
		super(conversions, beanFactory);
		this.annotation = annotation;
		this.info = info;
		this.lookup = lookup;
		this.conversions = conversions;
		this.beanFactory = beanFactory;
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
						(connection, name) -> connection.cookies().get(name), conversions, beanFactory),
				new NamedValueResolver<>(SessionAttribute.class,
						(it) -> new Info(it.name(), it.required(), ValueConstants.DEFAULT_NONE),
						(connection, name) -> connection.sessionAttributes().get(name), conversions, beanFactory));
	}

	private static @Nullable Object single(@Nullable List<String> values) {
		if (values == null || values.isEmpty()) {
			return null;
		}
		return (values.size() == 1) ? values.get(0) : values;
	}

	boolean isOf(Class<? extends Annotation> annotation) {
		return this.annotation == annotation;
	}

	@Override
	public boolean supportsParameter(MethodParameter parameter) {
		return parameter.hasParameterAnnotation(this.annotation);
	}

	@Override
	protected Info createNamedValueInfo(MethodParameter parameter) {
		return this.info.apply(annotationOf(parameter));
	}

	/**
	 * Find at start what would fail for each client, or for each that leaves the value
	 * out.
	 * @throws ChannelsConfigurationException if the parameter's name is needed and not
	 * known, text cannot be converted to its type, or it cannot be {@code null} and may
	 * be absent
	 */
	void requireUsable(MethodParameter parameter, String handler) {
		Info info = createNamedValueInfo(parameter);
		String annotation = "@" + this.annotation.getSimpleName();
		if (!StringUtils.hasLength(nameOf(parameter))) {
			throw new ChannelsConfigurationException(
					handler + ": " + annotation + " parameter " + parameter.getParameterIndex() + " of type "
							+ ClassUtils.getShortName(parameter.getParameterType())
							+ " has no name: the class was compiled without -parameters",
					"Compile with -parameters (Maven: <parameters>true</parameters> for maven-compiler-plugin; Gradle: "
							+ "options.compilerArgs.add('-parameters'); an IDE: in the settings of its Java compiler), "
							+ "or write " + annotation + "(\"the-name\").");
		}
		if (this.annotation == SessionAttribute.class) {
			return;
		}
		if (!this.conversions.canConvert(TypeDescriptor.valueOf(String.class), new TypeDescriptor(parameter))) {
			throw new ChannelsConfigurationException(
					handler + ": text cannot be converted to " + ClassUtils.getShortName(parameter.getParameterType())
							+ " for " + describe(parameter),
					"Take a String, or add a Converter from String to the type.");
		}
		if (info.isAbsentPossible() && isPrimitive(parameter) && !parameter.isOptional()) {
			throw new ChannelsConfigurationException(
					handler + ": " + describe(parameter) + " is not required, but its type "
							+ parameter.getParameterType() + " has no value for that",
					"Take " + ClassUtils
						.getShortName(ClassUtils.resolvePrimitiveIfNecessary(parameter.getParameterType()))
							+ ", or give a default value.");
		}
	}

	private static boolean isPrimitive(MethodParameter parameter) {
		return parameter.getParameterType().isPrimitive() && parameter.getParameterType() != boolean.class;
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
		if (hasDefaultInKotlin(parameter, message)) {
			return null;
		}
		try {
			return super.resolveArgument(parameter, message);
		}
		catch (ConversionException ex) {
			if (this.annotation == SessionAttribute.class) {
				// no text of the client's
				throw ex;
			}
			throw new InvalidMessageException(1008,
					"the client's value for " + describe(parameter) + " cannot be converted", null);
		}
	}

	/**
	 * Whether the function itself has a value for what the client left out: a parameter
	 * of a primitive type that is optional all the same.
	 */
	private boolean hasDefaultInKotlin(MethodParameter parameter, Message<?> message) {
		return parameter.getParameterType().isPrimitive() && parameter.isOptional()
				&& !createNamedValueInfo(parameter).hasDefault()
				&& this.lookup.apply(HandlerHeaders.connection(message), resolvedNameOf(parameter)) == null;
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
		return "@" + this.annotation.getSimpleName() + " '" + nameOf(parameter) + "'";
	}

	private String resolvedNameOf(MethodParameter parameter) {
		String name = nameOf(parameter);
		return (this.beanFactory != null)
				? Objects.requireNonNullElse(new EmbeddedValueResolver(this.beanFactory).resolveStringValue(name), name)
				: name;
	}

	private String nameOf(MethodParameter parameter) {
		Object name = AnnotationUtils.getValue(annotationOf(parameter));
		return (name instanceof String text && !text.isEmpty()) ? text
				: Objects.requireNonNullElse(parameter.getParameterName(), "");
	}

	/**
	 * The two modules of Spring mark a missing default by constants of their own.
	 */
	private static final class Info extends NamedValueInfo {

		private final boolean required;

		private final boolean defaultGiven;

		Info(String name, boolean required, String defaultValue) {
			super(name, required, defaultValue.equals(ValueConstants.DEFAULT_NONE)
					? org.springframework.messaging.handler.annotation.ValueConstants.DEFAULT_NONE : defaultValue);
			this.required = required;
			this.defaultGiven = !defaultValue.equals(ValueConstants.DEFAULT_NONE);
		}

		boolean hasDefault() {
			return this.defaultGiven;
		}

		boolean isAbsentPossible() {
			return !this.required && !this.defaultGiven;
		}

	}

}
