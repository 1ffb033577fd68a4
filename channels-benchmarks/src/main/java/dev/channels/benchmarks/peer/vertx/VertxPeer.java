package dev.channels.benchmarks.peer.vertx;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server as one writes it on Vert.x: everything on one event loop, which fits the one
 * core that servers get here.
 */
public final class VertxPeer extends VerticleBase {

	private static final int BUFFER_SIZE_LIMIT = 512 * 1_024;

	private static final short TRY_AGAIN_LATER = 1013;

	private final Map<String, Set<ServerWebSocket>> rooms = new HashMap<>();

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final int port;

	private VertxPeer(int port) {
		this.port = port;
	}

	/**
	 * Run the server.
	 * @param args {@code --server.port=<port>}
	 */
	public static void main(String[] args) {
		int port = Integer.parseInt(args[0].substring(args[0].indexOf('=') + 1));
		Vertx.vertx().deployVerticle(new VertxPeer(port));
	}

	@Override
	public Future<?> start() {
		HttpServerOptions options = new HttpServerOptions().setPort(this.port).setAcceptBacklog(1_000);
		return this.vertx.createHttpServer(options).webSocketHandler(this::connected).listen();
	}

	private void connected(ServerWebSocket socket) {
		String room = socket.path().substring(socket.path().lastIndexOf('/') + 1);
		socket.setWriteQueueMaxSize(BUFFER_SIZE_LIMIT);
		Set<ServerWebSocket> members = this.rooms.computeIfAbsent(room, (name) -> new HashSet<>());
		members.add(socket);
		socket.textMessageHandler((text) -> {
			ChatInput input = this.mapper.readValue(text, ChatInput.class);
			deliver(room, this.mapper.writeValueAsString(new ChatMessage(input.message())));
		});
		socket.closeHandler((nothing) -> {
			members.remove(socket);
			if (members.isEmpty()) {
				this.rooms.remove(room, members);
			}
		});
	}

	private void deliver(String room, String json) {
		for (ServerWebSocket member : this.rooms.getOrDefault(room, Set.of())) {
			if (member.writeQueueFull()) {
				member.close(TRY_AGAIN_LATER);
			}
			else {
				member.writeTextMessage(json);
			}
		}
	}

	record ChatInput(String message) {
	}

	record ChatMessage(String message) {
	}

}
