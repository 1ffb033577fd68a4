package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.channels.layer.EventContent;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.UndecodableEventException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Writes one format and reads both JSON and MessagePack, told apart by the first byte: a
 * map of MessagePack never begins like an object of JSON. So the nodes of an application
 * can change their format one after the other. Safe for use by many threads.
 * <p>
 * Without {@code org.msgpack:msgpack-core} on the class path, MessagePack is undecodable.
 *
 * @since 0.1.0
 */
public final class DetectingEventSerializer implements EventSerializer {

	private static final byte[] TOKEN_BEGIN = "gAAAA".getBytes(StandardCharsets.US_ASCII);

	private static final int FIXMAP = 0x80;

	private static final int FIXMAP_MASK = 0xf0;

	private static final int MAP16 = 0xde;

	private static final int MAP32 = 0xdf;

	private final EventSerializer writer;

	private final EventSerializer json = new JsonEventSerializer();

	private final @Nullable EventSerializer msgpack;

	/**
	 * Create a serializer.
	 * @param writer writes JSON or MessagePack
	 */
	public DetectingEventSerializer(EventSerializer writer) {
		this(writer,
				ClassUtils.isPresent("org.msgpack.core.MessagePack", DetectingEventSerializer.class.getClassLoader())
						? new MsgpackEventSerializer() : null);
	}

	DetectingEventSerializer(EventSerializer writer, @Nullable EventSerializer msgpack) {
		this.writer = writer;
		this.msgpack = msgpack;
	}

	@Override
	public boolean isTyped() {
		return this.writer.isTyped();
	}

	@Override
	public byte[] write(EventContent event) {
		return this.writer.write(event);
	}

	/**
	 * Read an event.
	 * @param bytes JSON or MessagePack
	 * @return the event
	 * @throws UndecodableEventException if the bytes begin like neither
	 * @throws RuntimeException if they do not go on as they begin; with JSON this shows
	 * when it is parsed
	 */
	@Override
	public EventContent read(byte[] bytes) {
		if (beginsJson(bytes)) {
			return this.json.read(bytes);
		}
		if (!beginsMsgpack(bytes)) {
			throw new UndecodableEventException(bytes.length
					+ (beginsToken(bytes) ? " bytes that look encrypted: this node has no 'encryption-keys'"
							: " bytes that are no event (neither JSON nor MessagePack)"));
		}
		if (this.msgpack == null) {
			throw new UndecodableEventException(
					bytes.length + " bytes of MessagePack: org.msgpack:msgpack-core is not on the class path");
		}
		return this.msgpack.read(bytes);
	}

	private static boolean beginsJson(byte[] bytes) {
		if (bytes.length == 0) {
			return false;
		}
		return switch (bytes[0]) {
			case '{', ' ', '\t', '\r', '\n' -> true;
			default -> false;
		};
	}

	private static boolean beginsMsgpack(byte[] bytes) {
		if (bytes.length == 0) {
			return false;
		}
		int first = bytes[0] & 0xff;
		return (first & FIXMAP_MASK) == FIXMAP || first == MAP16 || first == MAP32;
	}

	private static boolean beginsToken(byte[] bytes) {
		return bytes.length >= TOKEN_BEGIN.length
				&& Arrays.equals(bytes, 0, TOKEN_BEGIN.length, TOKEN_BEGIN, 0, TOKEN_BEGIN.length);
	}

}
