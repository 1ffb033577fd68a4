package dev.channels.edge;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnReceive;
import org.jspecify.annotations.Nullable;

/**
 * Answers what it gets; to {@code send <n>} with as many messages of 4 KB and a close, to
 * {@code large} with one of 5 MB.
 */
@Consumer("echo")
class SendingEcho {

	@OnConnect
	void connect(Connection connection) {
	}

	@OnReceive
	@Nullable String receive(String text, Connection connection) {
		if (text.equals("large")) {
			return "y".repeat(5_000_000);
		}
		if (!text.startsWith("send ")) {
			return text;
		}
		int count = Integer.parseInt(text.substring(5));
		for (int i = 0; i < count; i++) {
			connection.send(i + "x".repeat(4000));
		}
		connection.close(4000, "");
		return null;
	}

}
