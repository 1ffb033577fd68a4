package dev.channels.consumer;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.stream.Collectors;

import dev.channels.ChannelsConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.util.ClassUtils;

/**
 * Says what is wrong with handlers.
 */
final class HandlerErrors {

	private HandlerErrors() {
	}

	/**
	 * Nobody can resolve a parameter.
	 * @param payload the parameter that takes the payload, if there is one
	 */
	static ChannelsConfigurationException unresolvable(HandlerKind kind, Method method, MethodParameter parameter,
			@Nullable MethodParameter payload, boolean connected) {
		return new ChannelsConfigurationException(
				kind.describe(method) + ": nobody can resolve parameter " + parameter.getParameterIndex() + " '"
						+ parameter.getParameterName() + "' of type "
						+ ClassUtils.getShortName(parameter.getParameterType())
						+ ((payload != null) ? " (parameter " + payload.getParameterIndex() + " '"
								+ payload.getParameterName() + "' is the payload)" : ""),
				usable(kind, connected) + ", or add an argument resolver in a ChannelsConfigurer bean.");
	}

	private static String usable(HandlerKind kind, boolean connected) {
		if (!connected) {
			return "A worker has no connection: use "
					+ ((kind == HandlerKind.EXCEPTION) ? "the exception" : "Event and one payload");
		}
		return "Use Connection, Principal, @PathVariable, @RequestParam, @RequestHeader, @CookieValue" + switch (kind) {
			case CONNECT -> "";
			case RECEIVE -> ", one payload";
			case EVENT -> ", Event, one payload";
			case DISCONNECT -> ", CloseStatus";
			case EXCEPTION -> ", the exception";
		};
	}

	/**
	 * Two handlers are for the same.
	 */
	static ChannelsConfigurationException duplicate(HandlerKind kind, Method method, Method other, String what) {
		return new ChannelsConfigurationException(kind.describe(method) + parametersOf(method) + " and "
				+ kind.describe(other) + parametersOf(other) + " are both for " + what,
				"Keep one of the two handlers.");
	}

	private static String parametersOf(Method method) {
		return Arrays.stream(method.getParameterTypes())
			.map(ClassUtils::getShortName)
			.collect(Collectors.joining(", ", "(", ")"));
	}

}
