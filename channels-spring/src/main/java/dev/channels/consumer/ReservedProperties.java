package dev.channels.consumer;

import java.util.Set;
import java.util.TreeSet;

import dev.channels.ChannelsConfigurationException;
import dev.channels.layer.EventCodec;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.BeanProperty;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsonFormatVisitors.JsonFormatVisitorWrapper;
import tools.jackson.databind.jsonFormatVisitors.JsonObjectFormatVisitor;

import org.springframework.util.ClassUtils;

/**
 * Finds properties of a payload class that would collide with what the library writes
 * beside them, by the names that they have in JSON.
 */
final class ReservedProperties {

	private final JsonMapper mapper;

	/**
	 * Create a check.
	 * @param mapper the application's mapper, which writes and reads payloads
	 */
	ReservedProperties(JsonMapper mapper) {
		this.mapper = mapper;
	}

	void requireNone(Class<?> payloadType, Object handler) {
		if (payloadType.isInterface()) {
			// what an implementation has besides is known when it is sent
			return;
		}
		Set<String> names = new TreeSet<>(written(payloadType));
		names.addAll(read(payloadType));
		names.stream().filter(EventCodec::isReserved).findFirst().ifPresent((name) -> {
			throw new ChannelsConfigurationException(
					handler + ": the payload " + ClassUtils.getShortName(payloadType) + " has a property '" + name
							+ "', which is reserved",
					"Rename the property: on the wire it would stand beside the event's own '" + name + "'.");
		});
	}

	private Set<String> written(Class<?> type) {
		PropertyNames names = new PropertyNames();
		try {
			this.mapper.acceptJsonFormatVisitor(type, names);
		}
		catch (JacksonException ex) {
			// it may be for reading only
		}
		return names.found;
	}

	private Set<String> read(Class<?> type) {
		Set<String> names = new TreeSet<>();
		try {
			if (this.mapper._deserializationContext()
				.findRootValueDeserializer(this.mapper.constructType(type)) instanceof BeanDeserializerBase bean) {
				bean.properties().forEachRemaining((property) -> {
					if (!property.isIgnorable()) {
						names.add(property.getName());
					}
				});
			}
		}
		catch (JacksonException ex) {
			// an event that cannot be read is counted, or fails
		}
		return names;
	}

	/**
	 * Collects the names of the properties that an object is written with.
	 */
	private static final class PropertyNames extends JsonFormatVisitorWrapper.Base {

		private final Set<String> found = new TreeSet<>();

		@Override
		public JsonObjectFormatVisitor expectObjectFormat(@Nullable JavaType type) {
			return new JsonObjectFormatVisitor.Base(getContext()) {

				@Override
				public void property(BeanProperty property) {
					PropertyNames.this.found.add(property.getName());
				}

				@Override
				public void optionalProperty(BeanProperty property) {
					PropertyNames.this.found.add(property.getName());
				}

			};
		}

	}

}
