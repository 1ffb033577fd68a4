package dev.channels.layer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.channels.Event;
import dev.channels.EventType;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectReader;
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

	private static final byte[] NOTHING = { '{', '}' };

	/** What is empty has no type. */
	private static final ClassValue<String> types = new ClassValue<>() {

		@Override
		protected String computeValue(Class<?> source) {
			EventType type = AnnotatedElementUtils.findMergedAnnotation(source, EventType.class);
			return (type != null) ? Event.of(type.value()).type() : "";
		}

	};

	private static final ObjectReader controlReader = WireJson.mapper.readerFor(Object.class)
		.without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

	private final EventSerializer serializer;

	private final PayloadWriter writer;

	/**
	 * Create a codec.
	 * @param mapper the application's mapper, which writes payloads
	 * @param serializer the format on the wire
	 */
	public EventCodec(JsonMapper mapper, EventSerializer serializer) {
		this.serializer = serializer;
		this.writer = new PayloadWriter(mapper, serializer.isTyped());
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
		if (source instanceof Event event) {
			return encode(event.type(), event.payload());
		}
		String type = types.get(source.getClass());
		if (!type.isEmpty()) {
			return encode(type, source);
		}
		if (source instanceof Map<?, ?> map && map.get(TYPE) instanceof String typeName) {
			Map<Object, @Nullable Object> payload = new HashMap<>(map);
			payload.remove(TYPE);
			return encode(Event.of(typeName).type(), payload);
		}
		throw new IllegalArgumentException("An object of " + source.getClass().getName()
				+ " is no event: annotate its class with @EventType, send Event.of(type, payload), "
				+ "or a map with a 'type'");
	}

	private LayerEvent encode(String type, Object payload) {
		return new LayerEvent(type, this.writer.write(type, payload), Map.of());
	}

	/**
	 * Write an event.
	 * @param event the event
	 * @return its bytes
	 */
	public byte[] write(LayerEvent event) {
		return this.serializer.write(whole(event));
	}

	private static byte[] controls(LayerEvent event) {
		return event.controls().isEmpty() ? NOTHING
				: WireJson.repaired(WireJson.mapper.writeValueAsBytes(event.controls()));
	}

	private static EventContent whole(LayerEvent event) {
		if (event.payload() instanceof JsonPayload payload) {
			return payload.in(event.type(), controls(event));
		}
		TokenBuffer tokens = TokenBuffer.forGeneration();
		tokens.writeStartObject();
		tokens.writeStringProperty(TYPE, event.type());
		try (JsonParser parser = event.payload().parser(ObjectReadContext.empty())) {
			parser.nextToken();
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				tokens.copyCurrentStructure(parser);
			}
		}
		event.controls().forEach((name, value) -> {
			tokens.writeName(name);
			WireJson.mapper.writeValueIntoBuffer(value).serialize(tokens);
		});
		tokens.writeEndObject();
		return EventContent.ofTokens(tokens);
	}

	/**
	 * Read an event.
	 * @param bytes what was written by this node, another one, or Django
	 * @return the event
	 * @throws UndecodableEventException if this is no event
	 */
	public LayerEvent read(byte[] bytes) {
		try {
			return read(this.serializer.read(bytes));
		}
		catch (UndecodableEventException ex) {
			throw ex;
		}
		catch (RuntimeException ex) {
			throw new UndecodableEventException(
					bytes.length + " bytes that are no event (" + ex.getClass().getSimpleName() + ")");
		}
	}

	/**
	 * Return what {@link #read} makes of the bytes of an event, for receivers in this
	 * process.
	 * @param event the event
	 * @return the event as all receivers see it
	 */
	public LayerEvent carried(LayerEvent event) {
		// text is already what the receivers would read
		return (event.payload() instanceof JsonPayload && !this.serializer.isTyped()) ? event : read(write(event));
	}

	/**
	 * Look at the whole event, and leave the payload to who wants it.
	 */
	private static LayerEvent read(EventContent event) {
		String type = null;
		Map<String, Object> controls = Map.of();
		try (JsonParser parser = event.parser(ObjectReadContext.empty())) {
			requireMap(parser);
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				String name = parser.currentName();
				JsonToken value = parser.nextToken();
				if (name.equals(TYPE) && value == JsonToken.VALUE_STRING) {
					type = parser.getString();
				}
				else if (name.startsWith(LayerEvent.CONTROL_PREFIX)) {
					controls = add(controls, name, readControl(name, parser));
				}
				else {
					parser.skipChildren();
				}
			}
			if (parser.nextToken() != null) {
				throw new UndecodableEventException("a map that something follows");
			}
		}
		if (type == null) {
			throw new UndecodableEventException("a map without a 'type'");
		}
		requireLegal(type);
		return new LayerEvent(type, new ReceivedContent(event), controls);
	}

	private static void requireMap(JsonParser parser) {
		JsonToken first = parser.nextToken();
		if (first == null) {
			throw new StreamReadException(parser, "nothing");
		}
		if (first != JsonToken.START_OBJECT) {
			throw new UndecodableEventException("something that is not a map");
		}
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

	private static @Nullable Object readControl(String name, JsonParser parser) {
		Object value = controlReader.readValue(parser);
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
