package dev.channels.layer.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

import dev.channels.layer.JsonEventSerializer;
import org.jspecify.annotations.Nullable;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePacker;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Writes the tokens of one event. What is written into which type of MessagePack is told
 * at {@link MsgpackEventSerializer}.
 */
final class MsgpackWriter {

	private static final int MAX_BITS = 64;

	private static final JsonMapper mapper = JsonMapper.builder().build();

	private final MessagePacker packer;

	private MsgpackWriter(MessagePacker packer) {
		this.packer = packer;
	}

	static byte[] toBytes(TokenBuffer tokens) {
		try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
			new MsgpackWriter(packer).write(tokens, 0);
			return packer.toByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void write(TokenBuffer tokens, int outerDepth) throws IOException {
		ContainerSizes sizes = ContainerSizes.of(tokens, outerDepth);
		int depth = outerDepth;
		try (JsonParser parser = tokens.asParser()) {
			for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
				switch (token) {
					case START_OBJECT -> {
						this.packer.packMapHeader(sizes.next());
						depth++;
					}
					case START_ARRAY -> {
						this.packer.packArrayHeader(sizes.next());
						depth++;
					}
					case END_OBJECT, END_ARRAY -> depth--;
					case VALUE_EMBEDDED_OBJECT -> writeEmbedded(parser.getEmbeddedObject(), depth);
					default -> writeScalar(parser, token);
				}
			}
		}
	}

	private void writeScalar(JsonParser parser, JsonToken token) throws IOException {
		switch (token) {
			case PROPERTY_NAME -> writeText(parser.currentName());
			case VALUE_STRING -> writeText(parser.getString());
			case VALUE_NUMBER_INT -> writeWhole(parser.getNumberValue());
			case VALUE_NUMBER_FLOAT -> writeFraction(parser.getNumberValueDeferred(), parser);
			case VALUE_TRUE -> this.packer.packBoolean(true);
			case VALUE_FALSE -> this.packer.packBoolean(false);
			case VALUE_NULL -> this.packer.packNil();
			default -> throw new IllegalArgumentException("An event cannot have the token " + token);
		}
	}

	/**
	 * Not {@code packString}: it fails at half a surrogate pair, which a client can send.
	 */
	private void writeText(String text) throws IOException {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		this.packer.packRawStringHeader(bytes.length).writePayload(bytes);
	}

	private void writeWhole(Number number) throws IOException {
		if (!(number instanceof BigInteger whole)) {
			this.packer.packLong(number.longValue());
		}
		else if (whole.bitLength() < MAX_BITS || (whole.bitLength() == MAX_BITS && whole.signum() > 0)) {
			this.packer.packBigInteger(whole);
		}
		else {
			writeText(whole.toString());
		}
	}

	/**
	 * Write a fraction.
	 * @param number {@code Double}, {@code Float} or {@code BigDecimal}; or a text if the
	 * tokens were read from JSON, which does not tell them apart
	 */
	private void writeFraction(Object number, JsonParser parser) throws IOException {
		if (number instanceof Float narrow) {
			this.packer.packDouble(widen(narrow));
		}
		else if (number instanceof Double wide) {
			this.packer.packDouble(wide);
		}
		else if (number instanceof BigDecimal decimal) {
			writeText(decimal.toString());
		}
		else {
			writeJsonNumber(parser.getString());
		}
	}

	private void writeJsonNumber(String digits) throws IOException {
		double wide = Double.parseDouble(digits);
		if (Double.isFinite(wide) && new BigDecimal(digits).compareTo(BigDecimal.valueOf(wide)) == 0) {
			this.packer.packDouble(wide);
		}
		else {
			writeText(digits);
		}
	}

	/**
	 * Return the double that JSON's reader makes of a float's digits, if that is the same
	 * float.
	 */
	private static double widen(float narrow) {
		double sameDigits = Double.parseDouble(Float.toString(narrow));
		return ((float) sameDigits == narrow) ? sameDigits : narrow;
	}

	/**
	 * Write bytes, or what only JSON's writer can write, such as raw JSON.
	 */
	private void writeEmbedded(@Nullable Object value, int depth) throws IOException {
		if (value instanceof byte[] bytes) {
			this.packer.packBinaryHeader(bytes.length).writePayload(bytes);
			return;
		}
		TokenBuffer tokens;
		try {
			tokens = new JsonEventSerializer().read(mapper.writeValueAsBytes(value)).toTokens();
		}
		catch (JacksonException ex) {
			String type = (value != null) ? value.getClass().getName() : "null";
			throw new IllegalArgumentException("A value of " + type + " is not written as valid JSON");
		}
		write(tokens, depth);
	}

}
