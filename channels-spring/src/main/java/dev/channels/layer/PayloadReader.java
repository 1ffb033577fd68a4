package dev.channels.layer;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads payloads with the application's mapper, as the types that handlers take. Safe for
 * use by many threads.
 */
final class PayloadReader {

	private final JsonMapper mapper;

	/** By the types that handlers take: as many as there are in the code. */
	private final Map<Type, ObjectReader> readers = new ConcurrentHashMap<>();

	/**
	 * Create a reader.
	 * @param mapper the application's mapper
	 */
	PayloadReader(JsonMapper mapper) {
		this.mapper = WireJson.like(mapper).rebuild().addModule(new UnmodifiableCollectionsModule()).build();
	}

	/**
	 * Read a payload.
	 * @throws RuntimeException Jackson's, or that of a deserializer of the application
	 */
	@Nullable Object read(EventContent payload, Type type) {
		try (JsonParser parser = payload.parser(this.mapper._deserializationContext())) {
			return reader(type).readValue(parser);
		}
	}

	private ObjectReader reader(Type type) {
		ObjectReader reader = this.readers.get(type);
		if (reader == null) {
			// which looks for deserializers of the application: not under a lock
			reader = this.mapper.readerFor(this.mapper.constructType(type));
			this.readers.put(type, reader);
		}
		return reader;
	}

}
