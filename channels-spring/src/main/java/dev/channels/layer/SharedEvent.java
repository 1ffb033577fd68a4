package dev.channels.layer;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import dev.channels.Event;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * An event that arrived at this node, shared by all members that get it: decoded once per
 * type that handlers take, and whatever they answer encoded once per answer. Safe for use
 * by many threads.
 *
 * @since 0.1.0
 */
public final class SharedEvent {

	/**
	 * Members usually answer with one and the same object; ones that each answer with an
	 * object of their own should not pile up here.
	 */
	private static final int MAX_ENCODINGS = 8;

	private final LayerEvent event;

	private final JsonMapper mapper;

	private final Map<Type, Object> payloads = new ConcurrentHashMap<>(4);

	private final Map<Identity, Object> encodings = new ConcurrentHashMap<>(4);

	SharedEvent(LayerEvent event, JsonMapper mapper) {
		this.event = event;
		this.mapper = mapper;
	}

	/**
	 * Return the event type.
	 * @return the type
	 */
	public String type() {
		return this.event.type();
	}

	/**
	 * Return a control.
	 * @param name its name
	 * @return its value, or {@code null}
	 */
	public @Nullable Object control(String name) {
		return this.event.controls().get(name);
	}

	/**
	 * Return the payload, or the whole event for {@link Event}.
	 * @param type the type that a handler takes
	 * @return the value, the same for each call with this type
	 * @throws UndecodableEventException if the payload cannot be read as this type
	 */
	public Object payload(Type type) {
		if (type == Event.class) {
			// decoded before: a map must not be changed while one of its values is made
			Object payload = payload(Map.class);
			return this.payloads.computeIfAbsent(type, (event) -> new Event(type(), payload));
		}
		return this.payloads.computeIfAbsent(type, this::decode);
	}

	/**
	 * Return the encoding of an answer, made by the first caller that gives this object.
	 * @param <T> the type of encodings
	 * @param answer the object
	 * @param encoder encodes it
	 * @return the encoding
	 */
	@SuppressWarnings("unchecked")
	public <T> T encoding(Object answer, Function<Object, T> encoder) {
		Identity key = new Identity(answer);
		Object known = this.encodings.get(key);
		if (known != null) {
			return (T) known;
		}
		if (this.encodings.size() >= MAX_ENCODINGS) {
			return encoder.apply(answer);
		}
		return (T) this.encodings.computeIfAbsent(key, (identity) -> encoder.apply(identity.object()));
	}

	private Object decode(Type type) {
		try {
			Object value = this.mapper.readValue(this.event.payload(),
					this.mapper.getTypeFactory().constructType(type));
			if (value == null) {
				throw new UndecodableEventException(describe(type));
			}
			return value;
		}
		catch (JacksonException | IllegalArgumentException ex) {
			throw new UndecodableEventException(describe(type));
		}
	}

	private String describe(Type type) {
		return this.event + " whose payload cannot be read as " + type.getTypeName();
	}

	@Override
	public String toString() {
		return this.event.toString();
	}

	/**
	 * Compares by identity: an equal object may be written differently.
	 */
	private record Identity(Object object) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Identity that && this.object == that.object;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this.object);
		}

	}

}
