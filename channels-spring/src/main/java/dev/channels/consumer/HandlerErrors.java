package dev.channels.consumer;

import java.lang.annotation.Annotation;
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
						+ ClassUtils.getShortName(parameter.getParameterType()) + annotatedWith(parameter)
						+ ((payload != null) ? " (parameter " + payload.getParameterIndex() + " '"
								+ payload.getParameterName() + "' is the payload)" : ""),
				usable(kind, connected) + ", or add an argument resolver in a ChannelsConfigurer bean.");
	}

	private static String annotatedWith(MethodParameter parameter) {
		Annotation foreign = PayloadCheck.foreignAnnotationOf(parameter);
		return (foreign != null) ? ", annotated @" + ClassUtils.getShortName(foreign.annotationType()) : "";
	}

	private static String usable(HandlerKind kind, boolean connected) {
		if (!connected) {
			return "A worker has no connection: use "
					+ ((kind == HandlerKind.EXCEPTION) ? "the exception" : "Event and one payload");
		}
		return "Use Connection, Principal, @PathVariable, @RequestParam, @RequestHeader, @CookieValue, "
				+ "@SessionAttribute, HttpHeaders, Locale" + switch (kind) {
					case CONNECT -> "";
					case RECEIVE -> ", one payload";
					case EVENT -> ", Event, one payload";
					case DISCONNECT -> ", CloseStatus";
					case EXCEPTION -> ", the exception";
				};
	}

	/**
	 * Check that somebody can take what a handler returns.
	 * @param result what is known of it
	 */
	static void requireSensible(HandlerKind kind, Method method, ResultType result, boolean connected) {
		ResultType many = result.many();
		if (many != null && (!connected || !kind.answersMany())) {
			String handler = kind.describe(method);
			throw connected ? tooMany(kind, handler, many) : nobodyToSendTo(handler, many);
		}
	}

	/**
	 * A handler of a worker returns something.
	 */
	static ChannelsConfigurationException nobodyToSendTo(String handler, ResultType result) {
		return new ChannelsConfigurationException(
				handler + " returns " + result.name() + ", but a worker has no client to send it to",
				"Return void, or a CompletionStage or Mono to acknowledge the event later; "
						+ "send results with Channels.group(..).send(..).");
	}

	private static ChannelsConfigurationException tooMany(HandlerKind kind, String handler, ResultType many) {
		String returns = handler + " returns " + many.name() + ", but ";
		return switch (kind) {
			case CONNECT -> new ChannelsConfigurationException(returns + "a handshake is decided once",
					"Return void, or a CompletionStage or Mono; send several messages with Connection.send.");
			case DISCONNECT -> new ChannelsConfigurationException(returns + "there is no client to send it to",
					"Return void, or a CompletionStage or Mono, which runs to its end.");
			default -> new ChannelsConfigurationException(returns + "an exception is answered once",
					"Return a List, or a CompletionStage or Mono of one.");
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
