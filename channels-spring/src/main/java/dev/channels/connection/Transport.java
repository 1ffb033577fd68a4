package dev.channels.connection;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * The connection as a container knows it. Calls of {@link #write} do not overlap, the
 * other methods may be called by any thread at any time and must not block.
 *
 * @since 0.1.0
 */
public interface Transport {

	/**
	 * Write frames in order, as one batch where the container can. A
	 * {@link OutboundFrame.Kind#CLOSE} is always the last frame and is never held back in
	 * a batch.
	 * @param frames what to write, at least one frame
	 * @param callback is told once, by any thread, when all is written or has failed
	 */
	void write(List<OutboundFrame> frames, WriteCallback callback);

	/**
	 * Return whether {@link #write} may wait for the client. If so, it is called on
	 * threads that are there for it. If not, it is called by whoever has something to
	 * send, be it a handler, a timer or a container thread: it hands over what the
	 * network takes at once, and the rest is written later, as the client reads.
	 * @return {@code true} for at most the send timeout; always the same
	 */
	boolean writesBlock();

	/**
	 * Stop reading from the client. A message whose reading has begun may still come. Not
	 * called again before {@link #resumeReading()}.
	 */
	void suspendReading();

	/**
	 * Read on.
	 */
	void resumeReading();

	/**
	 * Return how much has come from the client so far, parts of messages and of frames
	 * included. Only changes mean something: they are signs of life.
	 * @return a number that grows while bytes come
	 */
	default long received() {
		return 0;
	}

	/**
	 * Return how much the network has taken so far, parts of a write included. Only
	 * changes mean something: a write that moves is not stuck.
	 * @return a number that grows while bytes go
	 */
	default long sent() {
		return 0;
	}

	/**
	 * Cut the connection at once, also while a write is stuck, which fails then.
	 */
	void abort();

	/**
	 * Is told the end of a write.
	 */
	@FunctionalInterface
	interface WriteCallback {

		/**
		 * The write has ended.
		 * @param failure why it failed, {@code null} if it did not
		 */
		void written(@Nullable Throwable failure);

	}

}
