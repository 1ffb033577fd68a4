package dev.channels.layer;

import java.nio.charset.StandardCharsets;

import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

/**
 * JSON in UTF-8, whatever the application's own mapper is told to do. Safe for use by
 * many threads.
 * <p>
 * A {@code BigDecimal} and a {@code BigInteger} keep all digits. Bytes are a Base64 text:
 * a {@code byte[]} property is read as sent, an untyped {@code Map} holds the text.
 * {@code NaN}, {@code Infinity} and {@code -Infinity} are written and read without
 * quotation marks, as Python does: not JSON by the book, but the number arrives as one.
 * Half a surrogate pair becomes a question mark. Up to 500 maps and lists may be within
 * each other.
 *
 * @since 0.1.0
 */
public final class JsonEventSerializer implements EventSerializer {

	private static final JsonMapper mapper = JsonMapper.builder()
		.enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
		.disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
		.build();

	/**
	 * Create a serializer.
	 */
	public JsonEventSerializer() {
	}

	@Override
	public byte[] write(TokenBuffer tokens) {
		// by way of a string, where half a surrogate pair, which a client can send,
		// becomes a question mark: in a stream of bytes it would be an error
		try {
			return mapper.writeValueAsString(tokens).getBytes(StandardCharsets.UTF_8);
		}
		catch (StreamConstraintsException ex) {
			throw new IllegalArgumentException("An event cannot have more than "
					+ StreamWriteConstraints.DEFAULT_MAX_DEPTH + " maps and lists within each other", ex);
		}
	}

	@Override
	public TokenBuffer read(byte[] bytes) {
		return mapper.readValue(bytes, TokenBuffer.class);
	}

}
