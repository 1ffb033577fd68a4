package dev.channels.connection;

import java.util.Map;

import dev.channels.CloseStatus;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;

/**
 * Reads the event that asks a connection to close.
 */
final class DisconnectRequest {

	private DisconnectRequest() {
	}

	/**
	 * Return the status to close with, or {@code null} if the event asks for no such
	 * thing. It comes from another node: a code that a server cannot send becomes 1000.
	 */
	static @Nullable CloseStatus in(SharedEvent event) {
		if (!(event.control(LayerEvent.DISCONNECT) instanceof Map<?, ?> request)) {
			return null;
		}
		try {
			int code = (request.get("code") instanceof Number number) ? number.intValue() : 0;
			String reason = (request.get("reason") instanceof String text) ? text : "";
			return new CloseStatus(code, reason).sendable();
		}
		catch (IllegalArgumentException ex) {
			return CloseStatus.NORMAL;
		}
	}

}
