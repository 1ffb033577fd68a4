package dev.channels.layer;

import java.io.ByteArrayOutputStream;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

import org.springframework.core.NestedExceptionUtils;

/**
 * Writes payloads with the application's mapper, in one pass. Safe for use by many
 * threads.
 */
final class PayloadWriter {

	private final JsonMapper mapper;

	private final JsonMapper erasedMapper;

	private final boolean tokens;

	/**
	 * Create a writer.
	 * @param mapper the application's mapper
	 * @param tokens whether to write tokens, not text
	 */
	PayloadWriter(JsonMapper mapper, boolean tokens) {
		this.mapper = WireJson.like(mapper);
		this.erasedMapper = ErasedTypes.writing(this.mapper);
		this.tokens = tokens;
	}

	/**
	 * Write a payload.
	 * @param type the event type, for texts
	 * @throws IllegalArgumentException if it cannot be written, is no object, or has a
	 * reserved property
	 */
	EventContent write(String type, Object payload) {
		if (ErasedTypes.areIn(payload)) {
			try {
				return write(type, payload, this.erasedMapper);
			}
			catch (IllegalArgumentException ex) {
				// a serializer of the application may know nothing of type ids
			}
		}
		return write(type, payload, this.mapper);
	}

	private EventContent write(String type, Object payload, JsonMapper mapper) {
		return this.tokens ? EventContent.ofTokens(tokens(type, payload, mapper))
				: new JsonPayload(json(type, payload, mapper));
	}

	private static byte[] json(String type, Object payload, JsonMapper mapper) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		write(type, payload, mapper, new PayloadGenerator(
				WireJson.factory.createGenerator(mapper._serializationContext(), bytes, JsonEncoding.UTF8)));
		byte[] json = bytes.toByteArray();
		if (json.length == 0 || json[0] != '{') {
			throw noObject(type, payload);
		}
		return WireJson.repaired(json);
	}

	private static TokenBuffer tokens(String type, Object payload, JsonMapper mapper) {
		TokenBuffer tokens = mapper._serializationContext().bufferForValueConversion();
		write(type, payload, mapper, new PayloadGenerator(tokens));
		try (JsonParser parser = tokens.asParser(ObjectReadContext.empty())) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw noObject(type, payload);
			}
		}
		return tokens;
	}

	private static void write(String type, Object payload, JsonMapper mapper, PayloadGenerator generator) {
		try (generator) {
			mapper.writeValue(generator, payload);
		}
		catch (JacksonException ex) {
			throw failed(type, payload, generator.reserved(), ex);
		}
	}

	private static IllegalArgumentException failed(String type, Object payload, @Nullable String reserved,
			JacksonException ex) {
		if (reserved != null) {
			return new IllegalArgumentException("The payload of event '" + type + "' has a property '" + reserved
					+ "', which is reserved: rename it");
		}
		if (NestedExceptionUtils.getMostSpecificCause(ex) instanceof StreamConstraintsException tooDeep) {
			return WireJson.tooDeep(tooDeep);
		}
		return new IllegalArgumentException("The payload of event '" + type + "' (" + payload.getClass().getName()
				+ ") cannot be written: " + ex.getOriginalMessage(), ex);
	}

	private static IllegalArgumentException noObject(String type, Object payload) {
		return new IllegalArgumentException("The payload of event '" + type + "' (" + payload.getClass().getName()
				+ ") is not written as a JSON object: use a record, a bean or a map");
	}

}
