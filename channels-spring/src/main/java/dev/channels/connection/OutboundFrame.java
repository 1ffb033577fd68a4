package dev.channels.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import dev.channels.CloseStatus;
import org.jspecify.annotations.Nullable;

/**
 * Something to write to a client. Immutable, so that the members of a group can share it.
 *
 * @since 0.1.0
 */
public final class OutboundFrame {

	static final OutboundFrame PING = new OutboundFrame(Kind.PING, null, null, 0);

	/**
	 * About what a frame and its place in the queue take on the heap, beside its content.
	 */
	static final int COST = 64;

	private final Kind kind;

	private final @Nullable ByteBuffer content;

	private final @Nullable CloseStatus status;

	private final int size;

	/**
	 * Made by the first connection that needs it; made twice if two need it at once.
	 */
	private volatile @Nullable String text;

	private OutboundFrame(Kind kind, byte @Nullable [] content, @Nullable CloseStatus status, int size) {
		this.kind = kind;
		this.content = (content != null) ? ByteBuffer.wrap(content).asReadOnlyBuffer() : null;
		this.status = status;
		this.size = size;
	}

	/**
	 * @param text well-formed text
	 */
	static OutboundFrame text(String text) {
		return utf8(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * @param text well-formed text in UTF-8, not changed any more
	 */
	static OutboundFrame utf8(byte[] text) {
		return new OutboundFrame(Kind.TEXT, text, null, text.length);
	}

	/**
	 * @param bytes not changed any more
	 */
	static OutboundFrame binary(byte[] bytes) {
		return new OutboundFrame(Kind.BINARY, bytes, null, bytes.length);
	}

	static OutboundFrame pong(byte[] payload) {
		return new OutboundFrame(Kind.PONG, payload, null, 0);
	}

	static OutboundFrame close(CloseStatus status) {
		return new OutboundFrame(Kind.CLOSE, null, status, 0);
	}

	/**
	 * Return what kind of frame this is.
	 * @return the kind
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Return the text of a {@link Kind#TEXT} frame. Whoever writes bytes takes
	 * {@link #utf8()}, which is there already.
	 * @return well-formed text
	 */
	public String text() {
		String result = this.text;
		if (result == null) {
			ByteBuffer utf8 = utf8();
			byte[] bytes = new byte[utf8.remaining()];
			utf8.get(bytes);
			result = new String(bytes, StandardCharsets.UTF_8);
			this.text = result;
		}
		return result;
	}

	/**
	 * Return the text of a {@link Kind#TEXT} frame in UTF-8.
	 * @return a buffer of the caller's own over the shared bytes
	 */
	public ByteBuffer utf8() {
		return required((this.kind == Kind.TEXT) ? this.content : null).duplicate();
	}

	/**
	 * Return the content of a {@link Kind#BINARY} or {@link Kind#PONG} frame.
	 * @return a buffer of the caller's own over the shared bytes
	 */
	public ByteBuffer binary() {
		return required((this.kind != Kind.TEXT) ? this.content : null).duplicate();
	}

	/**
	 * Return the status of a {@link Kind#CLOSE} frame.
	 * @return the status
	 */
	public CloseStatus status() {
		return required(this.status);
	}

	/**
	 * Return how much a message weighs.
	 * @return bytes of the payload, for text in UTF-8; 0 for other kinds
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Return what a message costs while it waits: the objects that hold it are counted as
	 * well, or many small messages would take many times the limit.
	 */
	int cost() {
		return this.size + COST;
	}

	boolean isMessage() {
		return this.kind == Kind.TEXT || this.kind == Kind.BINARY;
	}

	private <T> T required(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException("A " + this.kind + " frame has no such content");
		}
		return value;
	}

	/**
	 * Kinds of frames.
	 */
	public enum Kind {

		/**
		 * A text message.
		 */
		TEXT,

		/**
		 * A binary message.
		 */
		BINARY,

		/**
		 * A ping without content.
		 */
		PING,

		/**
		 * The answer to a client's ping.
		 */
		PONG,

		/**
		 * A close, always the last frame.
		 */
		CLOSE

	}

}
