package dev.channels.layer;

import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as it is on the wire, see {@link JsonEventSerializer}. Safe for use by many
 * threads.
 */
final class WireJson {

	/**
	 * Makes generators and parsers. What they are told by a mapper has to come from one
	 * that {@link #like} made.
	 */
	static final JsonFactory factory = JsonFactory.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
		.build();

	/**
	 * Writes and reads what is not the application's.
	 */
	static final JsonMapper mapper = JsonMapper.builder(factory).build();

	private WireJson() {
	}

	/**
	 * Return a mapper with all that the application told its own one about values, and
	 * nothing of what it told it about text: whoever reads an event was told otherwise.
	 */
	static JsonMapper like(JsonMapper application) {
		JsonMapper.Builder builder = application.rebuild().disable(SerializationFeature.INDENT_OUTPUT);
		for (StreamReadFeature feature : StreamReadFeature.values()) {
			builder.configure(feature, feature.enabledByDefault());
		}
		for (StreamWriteFeature feature : StreamWriteFeature.values()) {
			builder.configure(feature, feature.enabledByDefault());
		}
		for (JsonReadFeature feature : JsonReadFeature.values()) {
			builder.configure(feature, factory.isEnabled(feature));
		}
		for (JsonWriteFeature feature : JsonWriteFeature.values()) {
			builder.configure(feature, factory.isEnabled(feature));
		}
		return builder.build();
	}

	/**
	 * Half a surrogate pair, which a client can send, becomes a question mark.
	 */
	static byte[] repaired(byte[] json) {
		return HalfSurrogates.replaced(json, "?");
	}

	static IllegalArgumentException tooDeep(StreamConstraintsException cause) {
		return new IllegalArgumentException("An event cannot have more than " + StreamWriteConstraints.DEFAULT_MAX_DEPTH
				+ " maps and lists within each other", cause);
	}

}
