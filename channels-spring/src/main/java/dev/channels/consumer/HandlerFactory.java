package dev.channels.consumer;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Connection;
import dev.channels.Event;
import dev.channels.connection.ClientMessage;
import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.annotation.SynthesizingMethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.ClassUtils;
import org.springframework.web.socket.CloseStatus;

/**
 * Finds a resolver for each parameter of a handler method, at start.
 */
final class HandlerFactory {

	private final List<HandlerMethodArgumentResolver> custom;

	private final List<NamedValueResolver<?>> namedValues;

	private final MessageReader reader;

	private final PayloadValidator validator;

	private final ParameterNameDiscoverer parameterNames = DefaultParameterNameDiscoverer.getSharedInstance();

	HandlerFactory(List<HandlerMethodArgumentResolver> custom, List<NamedValueResolver<?>> namedValues,
			MessageReader reader, PayloadValidator validator) {
		this.custom = custom;
		this.namedValues = namedValues;
		this.reader = reader;
		this.validator = validator;
	}

	/**
	 * Create a handler.
	 * @param type the class whose handler it is, which may have inherited the method
	 * @param connected whether there is a connection, as there is not in a worker
	 * @throws ChannelsConfigurationException if nobody can resolve a parameter
	 */
	Handler create(HandlerKind kind, Method method, Class<?> type, boolean connected) {
		List<HandlerMethodArgumentResolver> candidates = candidates(kind, connected);
		int count = method.getParameterCount();
		MethodParameter[] parameters = new MethodParameter[count];
		HandlerMethodArgumentResolver[] resolvers = new HandlerMethodArgumentResolver[count];
		MethodParameter payload = null;
		for (int i = 0; i < count; i++) {
			MethodParameter parameter = new SynthesizingMethodParameter(method, i).withContainingClass(type);
			parameter.initParameterNameDiscovery(this.parameterNames);
			parameters[i] = parameter;
			HandlerMethodArgumentResolver resolver = find(candidates, parameter);
			if (resolver == null) {
				if (!kind.takesPayload() || payload != null) {
					throw unresolvable(kind, method, parameter, payload, connected);
				}
				payload = parameter;
				resolver = (kind == HandlerKind.RECEIVE) ? new MessageResolver(parameter)
						: new EventResolver(parameter);
				this.validator.requireUsable(parameter, describe(kind, method));
			}
			resolvers[i] = resolver;
		}
		return new Handler(kind, method, parameters, resolvers, payload);
	}

	private List<HandlerMethodArgumentResolver> candidates(HandlerKind kind, boolean connected) {
		List<HandlerMethodArgumentResolver> result = new ArrayList<>(this.custom);
		if (connected) {
			result.addAll(this.namedValues);
			result.add(new TypeResolver(Connection.class, (parameter, message) -> HandlerHeaders.connection(message)));
			result.add(new TypeResolver(Principal.class, HandlerFactory::principal));
		}
		switch (kind) {
			case EVENT -> result.add(new TypeResolver(Event.class,
					(parameter, message) -> ((SharedEvent) message.getPayload()).payload(Event.class)));
			case DISCONNECT ->
				result.add(new TypeResolver(CloseStatus.class, (parameter, message) -> message.getPayload()));
			case EXCEPTION -> result.add(new TypeResolver(Throwable.class, HandlerFactory::throwable));
			case CONNECT, RECEIVE -> {
			}
		}
		return result;
	}

	private static @Nullable Object principal(MethodParameter parameter, Message<?> message) {
		Principal principal = HandlerHeaders.connection(message).principal();
		return parameter.getParameterType().isInstance(principal) ? principal : null;
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

	private ChannelsConfigurationException unresolvable(HandlerKind kind, Method method, MethodParameter parameter,
			@Nullable MethodParameter payload, boolean connected) {
		String description = describe(kind, method) + ": nobody can resolve parameter " + parameter.getParameterIndex()
				+ " '" + parameter.getParameterName() + "' of type "
				+ ClassUtils.getShortName(parameter.getParameterType()) + ((payload != null) ? " (parameter "
						+ payload.getParameterIndex() + " '" + payload.getParameterName() + "' is the payload)" : "");
		String action = connected
				? "Use Connection, Principal, @PathVariable, @RequestParam, @RequestHeader, @CookieValue"
						+ (kind.takesPayload() ? ", one payload" : "")
						+ ", or add an argument resolver in a ChannelsConfigurer bean."
				: "A worker has no connection: use Event and one payload, or add an argument resolver in a "
						+ "ChannelsConfigurer bean.";
		return new ChannelsConfigurationException(description, action);
	}

	static String describe(HandlerKind kind, Method method) {
		return kind + " handler " + ClassUtils.getQualifiedMethodName(method);
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
