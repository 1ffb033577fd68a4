package dev.channels.layer.redis;

import dev.channels.layer.EventContent;
import dev.channels.layer.EventSerializer;

/**
 * MessagePack, the format that Django Channels uses unless told otherwise. Writes what
 * Python's {@code msgpack.packb} writes with its defaults, byte for byte. Needs
 * {@code org.msgpack:msgpack-core} on the class path. Safe for use by many threads.
 * <p>
 * A value is read as the same value that {@code JsonEventSerializer} reads, with these
 * details:
 * <ul>
 * <li>Texts are the str family in UTF-8; half a surrogate pair becomes a question mark.
 * <li>Bytes are the bin family. A {@code byte[]} property is read as sent; an untyped
 * {@code Map} holds a {@code byte[]} here, and with JSON the Base64 text.
 * <li>Whole numbers from -2^63 to 2^64-1 take the fewest bytes.
 * <li>{@code double} and {@code float} are 64 bits wide, infinities and {@code NaN}
 * included. A {@code float} is the double of the same digits, so 0.1f is 0.1.
 * <li>MessagePack has neither {@code BigDecimal} nor larger whole numbers: they are
 * written as text with all their digits. A {@code BigDecimal} or {@code BigInteger}
 * property is read as sent; Django and an untyped {@code Map} see the text. A
 * {@code BigDecimal} is a text even if a double could hold it, so that receivers always
 * see one type.
 * </ul>
 * Not read: keys that are no text, extension types (dates among them), text that is not
 * UTF-8, more than {@value #MAX_DEPTH} maps and lists within each other, and bytes after
 * the map. A length that is declared is compared with the bytes that are there before
 * anything is allocated for it.
 *
 * @since 0.1.0
 */
public final class MsgpackEventSerializer implements EventSerializer {

	/**
	 * How many maps and lists may be within each other, the limit that JSON has too.
	 */
	static final int MAX_DEPTH = 500;

	/**
	 * Create a serializer.
	 */
	public MsgpackEventSerializer() {
	}

	@Override
	public boolean isTyped() {
		return true;
	}

	/**
	 * Write an event.
	 * @param event a JSON object
	 * @return the bytes
	 * @throws IllegalArgumentException if more than 500 maps and lists are within each
	 * other
	 */
	@Override
	public byte[] write(EventContent event) {
		return MsgpackWriter.toBytes(event.toTokens());
	}

	/**
	 * Read an event.
	 * @param bytes a map, from any writer of MessagePack
	 * @return its properties, in the order in which they were written
	 * @throws dev.channels.layer.UndecodableEventException if the bytes are anything else
	 */
	@Override
	public EventContent read(byte[] bytes) {
		return EventContent.ofTokens(new MsgpackReader(bytes).read());
	}

}
