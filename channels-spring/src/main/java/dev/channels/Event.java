package dev.channels;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * What the channel layer carries: a type and a payload whose properties stand beside the
 * type on the wire.
 * <p>
 * A received event's payload is an unmodifiable map; one that is sent may be a map, a
 * record or a bean, anything that Jackson writes as a JSON object.
 *
 * @param type the event type: ASCII letters, digits, hyphens, underscores and periods,
 * not beginning with an underscore or a period (Django's dispatcher refuses both)
 * @param payload the properties
 * @since 0.1.0
 */
public record Event(String type, Object payload) {

	/**
	 * Create an event.
	 * @throws IllegalArgumentException if the type is not a legal one
	 */
	public Event {
		if (!isLegal(type)) {
			throw new IllegalArgumentException("Event type '" + type + "' is not legal: use ASCII letters, digits, "
					+ "hyphens, underscores and periods, not beginning with an underscore or a period");
		}
	}

	private static boolean isLegal(String type) {
		for (int i = 0; i < type.length(); i++) {
			char c = type.charAt(i);
			boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
			if (!letter && (i == 0 || (c != '_' && c != '.'))) {
				return false;
			}
		}
		return !type.isEmpty();
	}

	/**
	 * Create an event without properties.
	 * @param type the event type
	 * @return the event
	 */
	public static Event of(String type) {
		return new Event(type, Map.of());
	}

	/**
	 * Create an event.
	 * @param type the event type
	 * @param payload a map, record or bean with the properties, nothing when {@code null}
	 * @return the event
	 */
	public static Event of(String type, @Nullable Object payload) {
		return new Event(type, (payload != null) ? payload : Map.of());
	}

	/**
	 * Say the type only: payloads do not belong into logs.
	 */
	@Override
	public String toString() {
		return "Event[type=" + this.type + "]";
	}

}
