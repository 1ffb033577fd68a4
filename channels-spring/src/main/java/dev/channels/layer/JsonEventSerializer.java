package dev.channels.layer;

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

	/**
	 * Create a serializer.
	 */
	public JsonEventSerializer() {
	}

	@Override
	public byte[] write(EventContent event) {
		return event.toJson();
	}

	@Override
	public EventContent read(byte[] bytes) {
		return EventContent.ofJson(bytes);
	}

}
