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

	static final OutboundFrame PING = new OutboundFrame(Kind.PING, null, null, null, 0);

	/**
	 * About what a frame, its text and its place in the queue take on the heap.
	 */
	static final int COST = 64;

	private final Kind kind;

	private final @Nullable String text;

	private final @Nullable ByteBuffer binary;

	private final @Nullable CloseStatus status;

	private final int size;

	/**
	 * Made by the first connection that needs it; made twice if two need it at once.
	 */
	private volatile @Nullable ByteBuffer utf8;

	private OutboundFrame(Kind kind, @Nullable String text, @Nullable ByteBuffer binary, @Nullable CloseStatus status,
			int size) {
		this.kind = kind;
		this.text = text;
		this.binary = binary;
		this.status = status;
		this.size = size;
	}

	static OutboundFrame text(String text) {
		return new OutboundFrame(Kind.TEXT, text, null, null, Utf8.length(text));
	}

	static OutboundFrame binary(byte[] bytes) {
		return new OutboundFrame(Kind.BINARY, null, ByteBuffer.wrap(bytes).asReadOnlyBuffer(), null, bytes.length);
	}

	static OutboundFrame pong(byte[] payload) {
		return new OutboundFrame(Kind.PONG, null, ByteBuffer.wrap(payload).asReadOnlyBuffer(), null, 0);
	}

	static OutboundFrame close(CloseStatus status) {
		return new OutboundFrame(Kind.CLOSE, null, null, status, 0);
	}

	/**
	 * Return what kind of frame this is.
	 * @return the kind
	 */
	public Kind kind() {
		return this.kind;
	}

	/**
	 * Return the text of a {@link Kind#TEXT} frame.
	 * @return well-formed text
	 */
	public String text() {
		return required(this.text);
	}

	/**
	 * Return the text of a {@link Kind#TEXT} frame in UTF-8.
	 * @return a buffer of the caller's own over the shared bytes
	 */
	public ByteBuffer utf8() {
		ByteBuffer bytes = this.utf8;
		if (bytes == null) {
			bytes = ByteBuffer.wrap(text().getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
			this.utf8 = bytes;
		}
		return bytes.duplicate();
	}

	/**
	 * Return the content of a {@link Kind#BINARY} or {@link Kind#PONG} frame.
	 * @return a buffer of the caller's own over the shared bytes
	 */
	public ByteBuffer binary() {
		return required(this.binary).duplicate();
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
