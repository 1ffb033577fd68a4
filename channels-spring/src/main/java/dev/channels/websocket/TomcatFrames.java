package dev.channels.websocket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

import jakarta.websocket.Extension;
import org.apache.tomcat.websocket.Constants;
import org.apache.tomcat.websocket.MessagePart;
import org.apache.tomcat.websocket.Transformation;
import org.apache.tomcat.websocket.TransformationResult;
import org.jspecify.annotations.Nullable;

/**
 * Sees the frames of one connection in Tomcat, where its extensions would: counts what
 * moves, notices the begin of a message that is not complete yet, takes Tomcat's pongs
 * out, and asks whether it may close. Tomcat writes pongs on the thread that reads, which
 * a client that pings and does not read would hold; ours wait in the outbound queue.
 * <p>
 * Reading belongs to one container thread at a time, and writing by way of Tomcat to one
 * writer, while which nobody reads.
 */
final class TomcatFrames implements Transformation {

	/**
	 * After so many frames other connections get their turn.
	 */
	private static final int FRAMES_PER_TURN = 64;

	/**
	 * Nobody needs more than one pong for each of our pings.
	 */
	private static final int PONGS_PER_PAUSE = 8;

	private @Nullable Transformation next;

	private volatile @Nullable Listener listener;

	private volatile long received;

	private volatile long sent;

	private volatile boolean ownPong;

	/**
	 * Of the reader alone, as the next.
	 */
	private boolean begun;

	private int frames;

	private int pongs;

	void start(Listener listener) {
		this.listener = listener;
	}

	long received() {
		return this.received;
	}

	long sent() {
		return this.sent;
	}

	/**
	 * Let the next pong pass or take it out, until told otherwise.
	 */
	void ownPong(boolean own) {
		this.ownPong = own;
	}

	@Override
	public void setNext(Transformation transformation) {
		if (this.next == null) {
			this.next = transformation;
		}
		else {
			this.next.setNext(transformation);
		}
	}

	@Override
	@SuppressWarnings("NonAtomicVolatileUpdate") // one reader at a time
	public TransformationResult getMoreData(byte opCode, boolean fin, int rsv, ByteBuffer destination)
			throws IOException {
		int before = destination.position();
		TransformationResult result = next().getMoreData(opCode, fin, rsv, destination);
		Listener listener = this.listener;
		if (listener == null) {
			return result;
		}
		if (result == TransformationResult.END_OF_FRAME && ++this.frames % FRAMES_PER_TURN == 0) {
			listener.turnIsLong();
		}
		if (opCode == Constants.OPCODE_CLOSE && result == TransformationResult.END_OF_FRAME
				&& listener.postponeClose()) {
			return TransformationResult.UNDERFLOW;
		}
		if (opCode == Constants.OPCODE_PONG && ++this.pongs % PONGS_PER_PAUSE == 0) {
			listener.tooManyPongs();
		}
		if (opCode == Constants.OPCODE_TEXT || opCode == Constants.OPCODE_BINARY
				|| opCode == Constants.OPCODE_CONTINUATION) {
			// pings and pongs alone are no progress of a message
			this.received += destination.position() - before;
			boolean complete = fin && result == TransformationResult.END_OF_FRAME;
			if (!complete && !this.begun) {
				listener.messageBegun();
			}
			this.begun = !complete;
		}
		return result;
	}

	@Override
	@SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
	public List<MessagePart> sendMessagePart(List<MessagePart> parts) throws IOException {
		List<MessagePart> kept = new ArrayList<>(parts.size());
		for (MessagePart part : parts) {
			if (keep(part)) {
				ByteBuffer payload = part.getPayload();
				this.sent += 1 + ((payload != null) ? payload.remaining() : 0);
				kept.add(part);
			}
		}
		return kept.isEmpty() ? kept : next().sendMessagePart(kept);
	}

	private boolean keep(MessagePart part) {
		Listener listener = this.listener;
		if (listener == null) {
			return true;
		}
		if (part.getOpCode() == Constants.OPCODE_PONG && !this.ownPong) {
			byte[] copy = new byte[part.getPayload().remaining()];
			part.getPayload().duplicate().get(copy);
			listener.pinged(copy);
			return false;
		}
		return part.getOpCode() != Constants.OPCODE_CLOSE || listener.closing();
	}

	@Override
	public boolean validateRsvBits(int used) {
		return next().validateRsvBits(used);
	}

	@Override
	public boolean validateRsv(int rsv, byte opCode) {
		return next().validateRsv(rsv, opCode);
	}

	@Override
	public @Nullable Extension getExtensionResponse() {
		return null;
	}

	@Override
	public void close() {
		next().close();
	}

	private Transformation next() {
		if (this.next == null) {
			throw new IllegalStateException("Not connected");
		}
		return this.next;
	}

	/**
	 * Is told by the thread that reads; of a close by the one that closes.
	 */
	interface Listener {

		/**
		 * The first part of a message came, without its end.
		 */
		void messageBegun();

		/**
		 * A ping came, and asks for this in a pong.
		 */
		void pinged(byte[] payload);

		/**
		 * So many frames came that others on this thread may have to wait.
		 */
		void turnIsLong();

		/**
		 * So many pongs came that the client may be flooding us with them.
		 */
		void tooManyPongs();

		/**
		 * The client's close has come.
		 * @return whether Tomcat is to see it later
		 */
		boolean postponeClose();

		/**
		 * Tomcat is about to write a close frame.
		 * @return whether it may
		 */
		boolean closing();

	}

}
