package dev.channels.websocket;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.NetworkChannel;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Bounds what the operating system holds for one client. Left to itself Linux lets that
 * grow to 4 MB, and says that there is room again only when a third of it is free: a
 * client that reads slowly looks like one that does not read at all, and its pong to a
 * ping that stands behind all that comes too late.
 */
final class SendBuffer {

	private static final Log logger = LogFactory.getLog(SendBuffer.class);

	private SendBuffer() {
	}

	/**
	 * Set the size, unless it is zero, or the channel is of another kind.
	 */
	static void limit(@Nullable Object channel, DataSize size) {
		if (size.toBytes() == 0 || !(channel instanceof NetworkChannel socket)) {
			return;
		}
		try {
			socket.setOption(StandardSocketOptions.SO_SNDBUF, (int) size.toBytes());
		}
		catch (IOException | UnsupportedOperationException ex) {
			// the client is gone, which is found out in the usual way, or it is no socket
			logger.debug("The send buffer of " + socket + " keeps its size", ex);
		}
	}

}
