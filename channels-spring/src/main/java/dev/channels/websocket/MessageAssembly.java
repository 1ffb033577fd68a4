package dev.channels.websocket;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionRuntime;
import dev.channels.connection.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Puts the messages of one client together from the parts in which they come, up to the
 * limit in bytes. Called by one container thread at a time.
 */
final class MessageAssembly {

	private final ConnectionRuntime connection;

	private final long maxMessageSize;

	private @Nullable StringBuilder text;

	private @Nullable ByteArrayOutputStream binary;

	/**
	 * Bytes of the message that is being put together.
	 */
	private long size;

	private boolean tooBig;

	private volatile long received;

	MessageAssembly(ConnectionRuntime connection) {
		this.connection = connection;
		this.maxMessageSize = connection.settings().maxMessageSize().toBytes();
	}

	void text(String part, boolean last) {
		if (exceedsLimit(Utf8.length(part))) {
			return;
		}
		if (last && this.text == null) {
			complete(ClientMessage.text(part));
			return;
		}
		if (this.text == null) {
			this.text = new StringBuilder();
			this.connection.messageBegun();
		}
		this.text.append(part);
		if (last) {
			complete(ClientMessage.text(this.text.toString()));
		}
	}

	void binary(ByteBuffer part, boolean last) {
		if (exceedsLimit(part.remaining())) {
			return;
		}
		byte[] bytes = new byte[part.remaining()];
		part.get(bytes);
		if (last && this.binary == null) {
			complete(ClientMessage.binary(bytes));
			return;
		}
		if (this.binary == null) {
			this.binary = new ByteArrayOutputStream();
			this.connection.messageBegun();
		}
		this.binary.writeBytes(bytes);
		if (last) {
			complete(ClientMessage.binary(this.binary.toByteArray()));
		}
	}

	/**
	 * Return how many bytes of messages have come in all.
	 */
	long received() {
		return this.received;
	}

	@SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time
	private boolean exceedsLimit(int length) {
		this.received += length;
		if (this.tooBig) {
			return true;
		}
		this.size += length;
		if (this.size <= this.maxMessageSize) {
			return false;
		}
		this.tooBig = true;
		discard();
		this.connection.messageTooBig();
		return true;
	}

	private void complete(ClientMessage message) {
		discard();
		this.connection.received(message);
	}

	private void discard() {
		this.text = null;
		this.binary = null;
		this.size = 0;
	}

}
