package sample.chat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Somebody who chats, with the JDK's own client.
 */
final class ChatClient implements AutoCloseable {

	private static final JsonMapper mapper = new JsonMapper();

	private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();

	private final WebSocket socket;

	ChatClient(int port, String path) {
		this.socket = HttpClient.newHttpClient()
			.newWebSocketBuilder()
			.buildAsync(URI.create("ws://localhost:" + port + path), new Listener())
			.join();
	}

	ChatClient send(String text) {
		this.socket.sendText(text, true).join();
		return this;
	}

	ChatClient sendBinary(byte[] bytes) {
		this.socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
		return this;
	}

	JsonNode receive() throws InterruptedException {
		JsonNode message = this.received.poll(10, TimeUnit.SECONDS);
		assertThat(message).as("a message within 10 s").isNotNull();
		return message;
	}

	/**
	 * Whether nothing has come; asked after something that was sent later has.
	 */
	boolean hasNothing() {
		return this.received.isEmpty();
	}

	@Override
	public void close() {
		this.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
	}

	private final class Listener implements WebSocket.Listener {

		private final StringBuilder text = new StringBuilder();

		@Override
		public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
			this.text.append(data);
			if (last) {
				ChatClient.this.received.add(mapper.readTree(this.text.toString()));
				this.text.setLength(0);
			}
			socket.request(1);
			return null;
		}

	}

}
