package dev.channels.layer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.channels.Event;
import dev.channels.EventType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Turns what an application sends into a {@link LayerEvent}, and that into bytes and
 * back. On the wire an event is one map: {@code type}, the properties of the payload and
 * the controls stand side by side, as Django Channels has it. Safe for use by many
 * threads.
 *
 * @since 0.1.0
 */
public final class EventCodec {

	private static final String TYPE = "type";

	private static final String ASGI_CHANNEL = "__asgi_channel__";

	private final JsonMapper mapper;

	private final JsonMapper erasedMapper;

	private final EventSerializer serializer;

	/**
	 * Create a codec.
	 * @param mapper the application's mapper, which writes payloads
	 * @param serializer the format on the wire
	 */
	public EventCodec(JsonMapper mapper, EventSerializer serializer) {
		this.mapper = mapper;
		this.erasedMapper = ErasedTypes.writing(mapper);
		this.serializer = serializer;
	}

	/**
	 * Whether a property of a payload must not have this name.
	 * @param name the name
	 * @return {@code true} if the name is reserved
	 */
	public static boolean isReserved(String name) {
		return name.equals(TYPE) || name.equals(ASGI_CHANNEL) || name.startsWith(LayerEvent.CONTROL_PREFIX);
	}

	/**
	 * Encode what an application sends.
	 * @param source an {@link Event}, an object whose class is annotated
	 * {@link EventType}, or a map with a {@code type}
	 * @return the event
	 * @throws IllegalArgumentException if the object is no event
	 */
	public LayerEvent encode(Object source) {
		Event event = toEvent(source);
		TokenBuffer tokens;
		try {
			tokens = tokensOf(event.payload());
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("The payload of event '" + event.type() + "' ("
					+ event.payload().getClass().getName() + ") cannot be written: " + ex.getOriginalMessage(), ex);
		}
		requireObject(tokens, event);
		return new LayerEvent(event.type(), tokens, Map.of());
	}

	private TokenBuffer tokensOf(Object payload) {
		if (ErasedTypes.areIn(payload)) {
			try {
				return this.erasedMapper.writeValueIntoBuffer(payload);
			}
			catch (JacksonException ex) {
				// a serializer of the application may know nothing of type ids
			}
		}
		return this.mapper.writeValueIntoBuffer(payload);
	}

	/**
	 * Write an event.
	 * @param event the event
	 * @return its bytes
	 */
	public byte[] write(LayerEvent event) {
		TokenBuffer tokens = TokenBuffer.forGeneration();
		tokens.writeStartObject();
		tokens.writeStringProperty(TYPE, event.type());
		copyProperties(event.payload(), tokens);
		event.controls().forEach((name, value) -> {
			tokens.writeName(name);
			this.mapper.writeValueIntoBuffer(value).serialize(tokens);
		});
		tokens.writeEndObject();
		return this.serializer.write(tokens);
	}

	/**
	 * Read an event.
	 * @param bytes what was written by this node, another one, or Django
	 * @return the event
	 * @throws UndecodableEventException if this is no event
	 */
	public LayerEvent read(byte[] bytes) {
		try {
			return split(this.serializer.read(bytes));
		}
		catch (RuntimeException ex) {
			if (ex instanceof UndecodableEventException) {
				throw ex;
			}
			throw new UndecodableEventException(
					bytes.length + " bytes that are no event (" + ex.getClass().getSimpleName() + ")");
		}
	}

	private Event toEvent(Object source) {
		if (source instanceof Event event) {
			return event;
		}
		EventType type = AnnotatedElementUtils.findMergedAnnotation(source.getClass(), EventType.class);
		if (type != null) {
			return new Event(type.value(), source);
		}
		if (source instanceof Map<?, ?> map && map.get(TYPE) instanceof String typeName) {
			Map<Object, @Nullable Object> payload = new HashMap<>(map);
			payload.remove(TYPE);
			return new Event(typeName, payload);
		}
		throw new IllegalArgumentException("An object of " + source.getClass().getName()
				+ " is no event: annotate its class with @EventType, send Event.of(type, payload), "
				+ "or a map with a 'type'");
	}

	private void requireObject(TokenBuffer tokens, Event event) {
		try (JsonParser parser = tokens.asParser()) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new IllegalArgumentException(
						"The payload of event '" + event.type() + "' (" + event.payload().getClass().getName()
								+ ") is not written as a JSON object: " + "use a record, a bean or a map");
			}
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				if (isReserved(parser.currentName())) {
					throw new IllegalArgumentException("The payload of event '" + event.type() + "' has a property '"
							+ parser.currentName() + "', which is reserved: rename it");
				}
				parser.nextToken();
				parser.skipChildren();
			}
		}
	}

	private static void copyProperties(TokenBuffer source, TokenBuffer target) {
		try (JsonParser parser = source.asParser()) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				target.copyCurrentStructure(parser);
			}
		}
	}

	private LayerEvent split(TokenBuffer tokens) {
		String type = null;
		TokenBuffer payload = TokenBuffer.forGeneration();
		Map<String, Object> controls = Map.of();
		try (JsonParser parser = tokens.asParser()) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw new UndecodableEventException("something that is not a map");
			}
			payload.writeStartObject();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				if (!isReserved(name)) {
					payload.copyCurrentStructure(parser);
					continue;
				}
				parser.nextToken();
				if (name.equals(TYPE) && parser.currentToken() == JsonToken.VALUE_STRING) {
					type = parser.getString();
				}
				else if (name.startsWith(LayerEvent.CONTROL_PREFIX)) {
					controls = add(controls, name, readControl(name, parser));
				}
				else {
					parser.skipChildren();
				}
			}
			payload.writeEndObject();
		}
		if (type == null) {
			throw new UndecodableEventException("a map without a 'type'");
		}
		requireLegal(type);
		return new LayerEvent(type, payload, controls);
	}

	/**
	 * No handler can take another type, and one that takes them all gets an
	 * {@link Event}.
	 */
	private static void requireLegal(String type) {
		try {
			Event.of(type);
		}
		catch (IllegalArgumentException ex) {
			throw new UndecodableEventException("a map whose 'type' is not a legal one");
		}
	}

	private @Nullable Object readControl(String name, JsonParser parser) {
		TokenBuffer tokens = TokenBuffer.forGeneration();
		tokens.copyCurrentStructure(parser);
		Object value = this.mapper.readValue(tokens, Object.class);
		if (value != null && name.equals(LayerEvent.EXCEPT) && !isNames(value)) {
			throw new UndecodableEventException("a map whose '" + name + "' is not a list of names");
		}
		return value;
	}

	private static boolean isNames(Object value) {
		return value instanceof List<?> names && names.stream().allMatch(String.class::isInstance);
	}

	private static Map<String, Object> add(Map<String, Object> controls, String name, @Nullable Object value) {
		if (value == null) {
			return controls;
		}
		Map<String, Object> result = new HashMap<>(controls);
		result.put(name, value);
		return result;
	}

}
