package dev.channels.benchmarks.peer.spring;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/**
 * Who is in which room of this server.
 */
class ChatRooms {

	private final Map<String, Map<String, WebSocketSession>> rooms = new ConcurrentHashMap<>();

	void join(String room, WebSocketSession session) {
		this.rooms.compute(room, (name, members) -> {
			Map<String, WebSocketSession> result = (members != null) ? members : new ConcurrentHashMap<>();
			result.put(session.getId(), session);
			return result;
		});
	}

	void leave(String room, WebSocketSession session) {
		this.rooms.computeIfPresent(room, (name, members) -> {
			members.remove(session.getId());
			return members.isEmpty() ? null : members;
		});
	}

	void deliver(String room, String json) {
		TextMessage message = new TextMessage(json);
		this.rooms.getOrDefault(room, Map.of()).values().forEach((session) -> send(session, message));
	}

	private static void send(WebSocketSession session, TextMessage message) {
		try {
			session.sendMessage(message);
		}
		catch (IOException | RuntimeException ex) {
			close(session);
		}
	}

	private static void close(WebSocketSession session) {
		try {
			session.close(CloseStatus.SERVER_ERROR);
		}
		catch (IOException ex) {
			// it is gone
		}
	}

}
