package dev.channels.connection;

import dev.channels.CloseStatus;

/**
 * Frames for tests outside of this package.
 */
public final class Frames {

	private Frames() {
	}

	public static OutboundFrame text(String text) {
		return OutboundFrame.text(text);
	}

	public static OutboundFrame binary(byte[] bytes) {
		return OutboundFrame.binary(bytes);
	}

	public static OutboundFrame close(CloseStatus status) {
		return OutboundFrame.close(status);
	}

}
