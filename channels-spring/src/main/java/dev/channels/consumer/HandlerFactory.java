package dev.channels.consumer;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Connection;
import dev.channels.Event;
import dev.channels.connection.ClientMessage;
import dev.channels.consumer.KotlinFunctions.Invocation;
import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.annotation.SynthesizingMethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;

/**
 * Finds a resolver for each parameter of a handler method, at start.
 */
final class HandlerFactory {

	private final List<HandlerMethodArgumentResolver> custom;

	private final List<NamedValueResolver<?>> namedValues;

	private final MessageReader reader;

	private final PayloadValidator validator;

	private final ReservedProperties reserved;

	private final ResultTypes results;

	private final KotlinFunctions kotlin;

	private final ParameterNameDiscoverer parameterNames = DefaultParameterNameDiscoverer.getSharedInstance();

	HandlerFactory(List<HandlerMethodArgumentResolver> custom, List<NamedValueResolver<?>> namedValues,
			MessageReader reader, PayloadValidator validator, ReservedProperties reserved, ResultTypes results,
			KotlinFunctions kotlin) {
		this.custom = custom;
		this.namedValues = namedValues;
		this.reader = reader;
		this.validator = validator;
		this.reserved = reserved;
		this.results = results;
		this.kotlin = kotlin;
	}

	/**
	 * Create a handler.
	 * @param type the class whose handler it is, which may have inherited the method
	 * @param connected whether there is a connection, as there is not in a worker
	 * @throws ChannelsConfigurationException if nobody can resolve a parameter, the
	 * payload cannot be used, or what is returned makes no sense
	 */
	Handler create(HandlerKind kind, Method method, Class<?> type, boolean connected) {
		List<HandlerMethodArgumentResolver> candidates = candidates(kind, connected);
		Invocation invocation = this.kotlin.invocationOf(method, kind.describe(method));
		ResultType result = resultOf(kind, method, type, connected);
		// the last parameter of a suspend function is not in its source
		int count = method.getParameterCount() - (KotlinFunctions.isSuspending(method) ? 1 : 0);
		MethodParameter[] parameters = new MethodParameter[count];
		HandlerMethodArgumentResolver[] resolvers = new HandlerMethodArgumentResolver[count];
		MethodParameter payload = null;
		for (int i = 0; i < count; i++) {
			MethodParameter parameter = new SynthesizingMethodParameter(method, i).withContainingClass(type);
			parameter.initParameterNameDiscovery(this.parameterNames);
			parameters[i] = parameter;
			HandlerMethodArgumentResolver resolver = find(candidates, parameter);
			if (resolver == null) {
				if (!kind.takesPayload() || payload != null || !PayloadCheck.isPossible(parameter)) {
					throw HandlerErrors.unresolvable(kind, method, parameter, payload, connected);
				}
				payload = parameter;
				resolver = payloadResolver(kind, method, parameter);
			}
			else if (resolver instanceof NamedValueResolver<?> named) {
				named.requireUsable(parameter, kind.describe(method));
			}
			resolvers[i] = resolver;
		}
		return new Handler(kind, method, parameters, resolvers, payload, result, invocation);
	}

	private ResultType resultOf(HandlerKind kind, Method method, Class<?> type, boolean connected) {
		String handler = kind.describe(method);
		Type returned = GenericTypeResolver.resolveType(new MethodParameter(method, -1).getGenericParameterType(),
				type);
		ResultType result = KotlinFunctions.isSuspending(method) ? this.results.ofSuspended(returned, handler)
				: this.results.of(returned, handler);
		HandlerErrors.requireSensible(kind, method, result, connected);
		return result;
	}

	private HandlerMethodArgumentResolver payloadResolver(HandlerKind kind, Method method, MethodParameter payload) {
		this.validator.requireUsable(payload, kind.describe(method));
		if (kind == HandlerKind.RECEIVE) {
			return new MessageResolver(payload);
		}
		this.reserved.requireNone(payload.getParameterType(), kind.describe(method));
		return new EventResolver(payload);
	}

	private List<HandlerMethodArgumentResolver> candidates(HandlerKind kind, boolean connected) {
		List<HandlerMethodArgumentResolver> result = new ArrayList<>(this.custom);
		if (connected) {
			result.addAll(HandshakeMapResolver.all());
			result.addAll(this.namedValues);
			result.add(new TypeResolver(Connection.class, (parameter, message) -> HandlerHeaders.connection(message)));
			result.add(new PrincipalResolver());
			result.add(new TypeResolver(HttpHeaders.class,
					(parameter, message) -> HandshakeMapResolver.headers(HandlerHeaders.connection(message))));
			result.add(new TypeResolver(Locale.class, (parameter, message) -> locale(message)));
		}
		switch (kind) {
			case EVENT -> result.add(new TypeResolver(Event.class,
					(parameter, message) -> ((SharedEvent) message.getPayload()).payload(Event.class)));
			case DISCONNECT -> result.add(new CloseStatusResolver());
			case EXCEPTION -> result.add(new TypeResolver(Throwable.class, HandlerFactory::throwable));
			case CONNECT, RECEIVE -> {
			}
		}
		return result;
	}

	/**
	 * As a browser asks for it; what is no language is as good as nothing.
	 */
	private static Locale locale(Message<?> message) {
		try {
			List<Locale> wanted = HandlerHeaders.connection(message).headers().getAcceptLanguageAsLocales();
			return wanted.isEmpty() ? Locale.getDefault() : wanted.get(0);
		}
		catch (IllegalArgumentException ex) {
			return Locale.getDefault();
		}
	}

	/**
	 * A handler of a cause is given the cause.
	 */
	private static @Nullable Object throwable(MethodParameter parameter, Message<?> message) {
		Throwable thrown = (Throwable) message.getPayload();
		if (parameter.getParameterType().isInstance(thrown)) {
			return thrown;
		}
		return parameter.getParameterType().isInstance(thrown.getCause()) ? thrown.getCause() : null;
	}

	private static @Nullable HandlerMethodArgumentResolver find(List<HandlerMethodArgumentResolver> candidates,
			MethodParameter parameter) {
		for (HandlerMethodArgumentResolver candidate : candidates) {
			if (candidate.supportsParameter(parameter)) {
				return candidate;
			}
		}
		return null;
	}

	/**
	 * Return the type of a payload, with the variables of a generic base class filled in.
	 */
	private static Type genericTypeOf(MethodParameter payload) {
		Type type = payload.getGenericParameterType();
		return (payload.getContainingClass() != payload.getDeclaringClass())
				? GenericTypeResolver.resolveType(type, payload.getContainingClass()) : type;
	}

	private final class MessageResolver implements HandlerMethodArgumentResolver {

		private final Type type;

		MessageResolver(MethodParameter payload) {
			this.type = genericTypeOf(payload);
		}

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return true;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, Message<?> message) {
			Object value = HandlerFactory.this.reader.read((ClientMessage) message.getPayload(),
					parameter.getParameterType(), this.type);
			HandlerFactory.this.validator.validate(value, parameter, message);
			return value;
		}

	}

	private final class EventResolver implements HandlerMethodArgumentResolver {

		private final Type type;

		EventResolver(MethodParameter payload) {
			this.type = genericTypeOf(payload);
		}

		@Override
		public boolean supportsParameter(MethodParameter parameter) {
			return true;
		}

		@Override
		public Object resolveArgument(MethodParameter parameter, Message<?> message) {
			Object value = ((SharedEvent) message.getPayload()).payload(this.type);
			HandlerFactory.this.validator.validate(value, parameter, message);
			return value;
		}

	}

}
