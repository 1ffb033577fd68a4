package dev.channels.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import dev.channels.CloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * Something to write to a client: a whole WebSocket frame of a server (RFC 6455 section
 * 5.2), not masked and not compressed, made once. Immutable, so that the members of a
 * group can share it.
 *
 * @since 0.1.0
 */
public final class OutboundFrame {

	static final OutboundFrame PING = new OutboundFrame(Kind.PING, new byte[0], null);

	/**
	 * About what a frame and its place in the queue take on the heap.
	 */
	static final int COST = 64;

	private static final int FIN = 0x80;

	private static final int LENGTH_OF_16_BITS = 126;

	private static final int LENGTH_OF_64_BITS = 127;

	private final Kind kind;

	/**
	 * The frame. Never read itself, which would change its position.
	 */
	private final ByteBuffer wire;

	private final int payloadSize;

	private final @Nullable CloseStatus status;

	private OutboundFrame(Kind kind, byte[] payload, @Nullable CloseStatus status) {
		this.kind = kind;
		this.wire = wire(kind.opcode, payload);
		this.payloadSize = payload.length;
		this.status = status;
	}

	private static ByteBuffer wire(int opcode, byte[] payload) {
		int size = payload.length;
		int header = (size < LENGTH_OF_16_BITS) ? 2 : (size <= 0xFFFF) ? 4 : 10;
		ByteBuffer wire = ByteBuffer.allocate(header + size).put((byte) (FIN | opcode));
		switch (header) {
			case 2 -> wire.put((byte) size);
			case 4 -> wire.put((byte) LENGTH_OF_16_BITS).putShort((short) size);
			default -> wire.put((byte) LENGTH_OF_64_BITS).putLong(size);
		}
		return wire.put(payload).flip().asReadOnlyBuffer();
	}

	/**
	 * @param text well-formed text
	 */
	static OutboundFrame text(String text) {
		return utf8(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * @param text well-formed text in UTF-8
	 */
	static OutboundFrame utf8(byte[] text) {
		return new OutboundFrame(Kind.TEXT, text, null);
	}

	static OutboundFrame binary(byte[] bytes) {
		return new OutboundFrame(Kind.BINARY, bytes, null);
	}

	static OutboundFrame pong(byte[] payload) {
		return new OutboundFrame(Kind.PONG, payload, null);
	}

	static OutboundFrame close(CloseStatus status) {
		byte[] reason = status.reason().getBytes(StandardCharsets.UTF_8);
		byte[] payload = ByteBuffer.allocate(2 + reason.length).putShort((short) status.code()).put(reason).array();
		return new OutboundFrame(Kind.CLOSE, payload, status);
	}

	/**
	 * Return what kind of frame this is.
	 * @return the kind
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Return the whole frame, as a server writes it.
	 * @return a read-only buffer of the caller's own over the shared bytes, which are on
	 * the heap
	 */
	public ByteBuffer wire() {
		return this.wire.duplicate();
	}

	/**
	 * Return the text of a {@link Kind#TEXT} frame.
	 * @return well-formed text, made by each call
	 */
	public String text() {
		return StandardCharsets.UTF_8.decode(utf8()).toString();
	}

	/**
	 * Return the text of a {@link Kind#TEXT} frame in UTF-8.
	 * @return a read-only buffer of the caller's own over the shared bytes
	 */
	public ByteBuffer utf8() {
		return required((this.kind == Kind.TEXT) ? payload() : null);
	}

	/**
	 * Return the content of a {@link Kind#BINARY} or {@link Kind#PONG} frame.
	 * @return a read-only buffer of the caller's own over the shared bytes
	 */
	public ByteBuffer binary() {
		return required((this.kind == Kind.BINARY || this.kind == Kind.PONG) ? payload() : null);
	}

	private ByteBuffer payload() {
		return this.wire.slice(this.wire.limit() - this.payloadSize, this.payloadSize);
	}

	/**
	 * Return the status of a {@link Kind#CLOSE} frame.
	 * @return the status
	 */
	public CloseStatus status() {
		return required(this.status);
	}

	private <T> T required(@Nullable T content) {
		if (content == null) {
			throw new IllegalStateException("A " + this.kind + " frame has no such content");
		}
		return content;
	}

	/**
	 * Return how much a message weighs.
	 * @return bytes of the payload, for text in UTF-8; 0 for other kinds
	 */
	public int size() {
		return isMessage() ? this.payloadSize : 0;
	}

	/**
	 * Return what a message costs while it waits: the objects that hold it are counted as
	 * well, or many small messages would take many times the limit.
	 */
	int cost() {
		return size() + COST;
	}

	boolean isMessage() {
		return this.kind == Kind.TEXT || this.kind == Kind.BINARY;
	}

	/**
	 * Kinds of frames.
	 */
	public enum Kind {

		/**
		 * A text message.
		 */
		TEXT(0x1),

		/**
		 * A binary message.
		 */
		BINARY(0x2),

		/**
		 * A ping without content.
		 */
		PING(0x9),

		/**
		 * The answer to a client's ping.
		 */
		PONG(0xA),

		/**
		 * A close, always the last frame.
		 */
		CLOSE(0x8);

		private final int opcode;

		Kind(int opcode) {
			this.opcode = opcode;
		}

	}

}
