package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Event;
import dev.channels.EventType;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * The handler methods of one class of consumers, found and checked at start. Safe for use
 * by many threads.
 */
final class HandlerMethods {

	private final Class<?> type;

	private final HandlerFactory factory;

	private final boolean connected;

	private final List<Handler> all = new ArrayList<>();

	private @Nullable Handler connect;

	private @Nullable Handler disconnect;

	private @Nullable Handler text;

	private @Nullable Handler binary;

	private @Nullable Handler anyEvent;

	private final Map<String, Handler> messages = new TreeMap<>();

	private final Map<String, Handler> events = new HashMap<>();

	/**
	 * Find the handlers.
	 * @param type the class that the application wrote
	 * @param connected whether connections are served, and not a worker channel
	 * @throws ChannelsConfigurationException if a handler cannot be called, or two are
	 * for the same
	 */
	HandlerMethods(Class<?> type, HandlerFactory factory, boolean connected) {
		this.type = type;
		this.factory = factory;
		this.connected = connected;
		if (connected) {
			find(OnConnect.class)
				.forEach((method, it) -> this.connect = only(HandlerKind.CONNECT, method, this.connect, "connections"));
			find(OnDisconnect.class).forEach((method,
					it) -> this.disconnect = only(HandlerKind.DISCONNECT, method, this.disconnect, "disconnects"));
			find(OnReceive.class).forEach(this::addReceive);
		}
		find(OnEvent.class).forEach(this::addEvent);
	}

	private <A extends Annotation> Map<Method, A> find(Class<A> annotation) {
		Map<Method, A> result = new TreeMap<>(Comparator.comparing(Method::toGenericString));
		result.putAll(MethodIntrospector.selectMethods(this.type,
				(MethodIntrospector.MetadataLookup<@Nullable A>) (method) -> AnnotatedElementUtils
					.findMergedAnnotation(method, annotation)));
		return result;
	}

	private Handler only(HandlerKind kind, Method method, @Nullable Handler other, String what) {
		Handler handler = create(kind, method);
		if (other != null) {
			throw duplicate(handler, other, what);
		}
		return handler;
	}

	private void addReceive(Method method, OnReceive annotation) {
		Handler handler = create(HandlerKind.RECEIVE, method);
		MethodParameter payload = handler.payload();
		boolean takesBinary = payload != null && MessageReader.isBinary(payload.getParameterType());
		if (annotation.value().length > 0) {
			if (takesBinary) {
				throw new ChannelsConfigurationException(handler + " takes binary messages, which have no message type",
						"Remove the message type, or take text.");
			}
			for (String messageType : annotation.value()) {
				addUnique(this.messages, messageType, handler, "messages of type '" + messageType + "'");
			}
		}
		else if (takesBinary) {
			this.binary = requireFree(handler, this.binary, "binary messages");
		}
		else {
			this.text = requireFree(handler, this.text, "text messages without a type");
		}
	}

	private void addEvent(Method method, OnEvent annotation) {
		Handler handler = create(HandlerKind.EVENT, method);
		MethodParameter payload = handler.payload();
		if (payload != null) {
			ReservedProperties.requireNone(payload.getParameterType(), handler);
		}
		if (annotation.value().length > 0) {
			for (String eventType : annotation.value()) {
				addUnique(this.events, legal(eventType, handler), handler, "events of type '" + eventType + "'");
			}
			return;
		}
		EventType eventType = (payload != null)
				? AnnotatedElementUtils.findMergedAnnotation(payload.getParameterType(), EventType.class) : null;
		if (eventType != null) {
			addUnique(this.events, legal(eventType.value(), handler), handler,
					"events of type '" + eventType.value() + "'");
		}
		else if (payload == null && takesEvent(method)) {
			this.anyEvent = requireFree(handler, this.anyEvent, "all other events");
		}
		else {
			throw new ChannelsConfigurationException(handler + " does not say which events it handles",
					"Write @OnEvent(\"chat.message\"), annotate the class of its payload with @EventType, "
							+ "or take an Event to handle all others.");
		}
	}

	private static boolean takesEvent(Method method) {
		return List.of(method.getParameterTypes()).contains(Event.class);
	}

	private static String legal(String eventType, Handler handler) {
		try {
			return Event.of(eventType).type();
		}
		catch (IllegalArgumentException ex) {
			throw new ChannelsConfigurationException(handler + ": " + ex.getMessage(), "Change the event type.", ex);
		}
	}

	private Handler create(HandlerKind kind, Method method) {
		Handler handler = this.factory.create(kind, method, this.type, this.connected);
		this.all.add(handler);
		return handler;
	}

	private static void addUnique(Map<String, Handler> handlers, String key, Handler handler, String what) {
		Handler other = handlers.putIfAbsent(key, handler);
		if (other != null) {
			throw duplicate(handler, other, what);
		}
	}

	private static Handler requireFree(Handler handler, @Nullable Handler other, String what) {
		if (other != null) {
			throw duplicate(handler, other, what);
		}
		return handler;
	}

	private static ChannelsConfigurationException duplicate(Handler handler, Handler other, String what) {
		return new ChannelsConfigurationException(
				handler + " and " + HandlerFactory.describe(other.kind(), other.method()) + " are both for " + what,
				"Keep one of the two handlers.");
	}

	/**
	 * Return all handlers but those of exceptions.
	 */
	List<Handler> all() {
		return this.all;
	}

	@Nullable Handler connect() {
		return this.connect;
	}

	@Nullable Handler disconnect() {
		return this.disconnect;
	}

	/**
	 * Return the handlers of typed messages by type.
	 */
	Map<String, Handler> messages() {
		return this.messages;
	}

	/**
	 * Return the handler of text messages that have no handler of their own.
	 */
	@Nullable Handler text() {
		return this.text;
	}

	@Nullable Handler binary() {
		return this.binary;
	}

	/**
	 * Return the handler of an event, or {@code null} if there is none.
	 */
	@Nullable Handler event(String eventType) {
		Handler handler = this.events.get(eventType);
		return (handler != null) ? handler : this.anyEvent;
	}

}
