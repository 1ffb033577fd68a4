package dev.channels.test;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A WebSocket frame as a client sees it.
 *
 * @param opcode the opcode
 * @param fin whether it is the last of its message
 * @param payload the payload
 */
public record Frame(int opcode, boolean fin, byte[] payload) {

	public static final int CONTINUATION = 0;

	public static final int TEXT = 1;

	public static final int BINARY = 2;

	public static final int CLOSE = 8;

	public static final int PING = 9;

	public static final int PONG = 10;

	public String text() {
		return new String(this.payload, StandardCharsets.UTF_8);
	}

	public int closeCode() {
		return (this.payload.length >= 2) ? ByteBuffer.wrap(this.payload).getShort() & 0xFFFF : 1005;
	}

	public String closeReason() {
		return (this.payload.length > 2) ? new String(this.payload, 2, this.payload.length - 2, StandardCharsets.UTF_8)
				: "";
	}

	/**
	 * Write a frame as a client does.
	 */
	public static byte[] encode(int opcode, boolean fin, boolean masked, byte[] payload) {
		int length = payload.length;
		int extended = (length < 126) ? 0 : (length < 65536) ? 2 : 8;
		ByteBuffer buffer = ByteBuffer.allocate(2 + extended + (masked ? 4 : 0) + length);
		buffer.put((byte) ((fin ? 0x80 : 0) | opcode));
		buffer.put((byte) ((masked ? 0x80 : 0) | ((extended == 0) ? length : (extended == 2) ? 126 : 127)));
		if (extended == 2) {
			buffer.putShort((short) length);
		}
		else if (extended == 8) {
			buffer.putLong(length);
		}
		if (masked) {
			byte[] mask = { 1, 2, 3, 4 };
			buffer.put(mask);
			for (int i = 0; i < length; i++) {
				buffer.put((byte) (payload[i] ^ mask[i & 3]));
			}
		}
		else {
			buffer.put(payload);
		}
		return buffer.array();
	}

	public static byte[] closePayload(int code, String reason) {
		byte[] text = reason.getBytes(StandardCharsets.UTF_8);
		return ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array();
	}

}
