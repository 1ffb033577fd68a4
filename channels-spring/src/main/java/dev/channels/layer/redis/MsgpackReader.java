package dev.channels.layer.redis;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

import dev.channels.layer.UndecodableEventException;
import org.msgpack.core.MessageFormat;
import org.msgpack.core.MessageInsufficientBufferException;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Reads the bytes of one event, which may come from anybody.
 */
final class MsgpackReader {

	private final int length;

	private final MessageUnpacker unpacker;

	private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

	private final TokenBuffer tokens = TokenBuffer.forGeneration();

	MsgpackReader(byte[] bytes) {
		this.length = bytes.length;
		this.unpacker = MessagePack.newDefaultUnpacker(bytes);
	}

	TokenBuffer read() {
		try (this.unpacker) {
			if (this.unpacker.getNextFormat().getValueType() != ValueType.MAP) {
				throw undecodable("not a map");
			}
			readMap(1);
			if (remaining() > 0) {
				throw undecodable("something follows the map");
			}
			return this.tokens;
		}
		catch (MessageInsufficientBufferException ex) {
			throw undecodable("the end is missing");
		}
		catch (CharacterCodingException ex) {
			throw undecodable("a text that is not UTF-8");
		}
		catch (IOException | MessagePackException ex) {
			throw undecodable("not MessagePack");
		}
	}

	private void readMap(int depth) throws IOException {
		requireDepth(depth);
		int size = this.unpacker.unpackMapHeader();
		requireRemaining(2L * size);
		this.tokens.writeStartObject();
		for (int i = 0; i < size; i++) {
			if (this.unpacker.getNextFormat().getValueType() != ValueType.STRING) {
				throw undecodable("a key that is no text");
			}
			this.tokens.writeName(readText());
			readValue(depth);
		}
		this.tokens.writeEndObject();
	}

	private void readArray(int depth) throws IOException {
		requireDepth(depth);
		int size = this.unpacker.unpackArrayHeader();
		requireRemaining(size);
		this.tokens.writeStartArray();
		for (int i = 0; i < size; i++) {
			readValue(depth);
		}
		this.tokens.writeEndArray();
	}

	private void readValue(int depth) throws IOException {
		MessageFormat format = this.unpacker.getNextFormat();
		switch (format.getValueType()) {
			case MAP -> readMap(depth + 1);
			case ARRAY -> readArray(depth + 1);
			case STRING -> this.tokens.writeString(readText());
			case BINARY -> this.tokens.writeBinary(readPayload(this.unpacker.unpackBinaryHeader()));
			case INTEGER -> readWhole(format);
			case FLOAT -> this.tokens.writeNumber(this.unpacker.unpackDouble());
			case BOOLEAN -> this.tokens.writeBoolean(this.unpacker.unpackBoolean());
			case NIL -> {
				this.unpacker.unpackNil();
				this.tokens.writeNull();
			}
			case EXTENSION -> throw undecodable("an extension type");
		}
	}

	/**
	 * Take the narrowest type, as JSON's reader does: an untyped map shows it.
	 */
	private void readWhole(MessageFormat format) throws IOException {
		if (format == MessageFormat.UINT64) {
			BigInteger number = this.unpacker.unpackBigInteger();
			if (number.bitLength() >= Long.SIZE) {
				this.tokens.writeNumber(number);
			}
			else {
				writeLong(number.longValue());
			}
		}
		else {
			writeLong(this.unpacker.unpackLong());
		}
	}

	private void writeLong(long number) {
		if (number == (int) number) {
			this.tokens.writeNumber((int) number);
		}
		else {
			this.tokens.writeNumber(number);
		}
	}

	/**
	 * Not {@code unpackString}: it would read bytes that are no UTF-8.
	 */
	private String readText() throws IOException {
		byte[] bytes = readPayload(this.unpacker.unpackRawStringHeader());
		return this.decoder.decode(ByteBuffer.wrap(bytes)).toString();
	}

	private byte[] readPayload(int size) throws IOException {
		requireRemaining(size);
		return this.unpacker.readPayload(size);
	}

	private void requireRemaining(long size) {
		if (size > remaining()) {
			throw undecodable("the end is missing");
		}
	}

	private void requireDepth(int depth) {
		if (depth > MsgpackEventSerializer.MAX_DEPTH) {
			throw undecodable("more than " + MsgpackEventSerializer.MAX_DEPTH + " maps and lists within each other");
		}
	}

	private long remaining() {
		return this.length - this.unpacker.getTotalReadBytes();
	}

	private UndecodableEventException undecodable(String reason) {
		return new UndecodableEventException(this.length + " bytes that are no event (" + reason + ")");
	}

}
