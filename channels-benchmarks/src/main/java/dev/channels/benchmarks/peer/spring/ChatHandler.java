package dev.channels.benchmarks.peer.spring;

import java.util.Objects;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.ConcurrentWebSocketSessionDecorator;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/**
 * The same chat as the quick start, with the limits that the library has by default.
 */
class ChatHandler extends TextWebSocketHandler {

	private static final int SEND_TIME_LIMIT = 10_000;

	private static final int BUFFER_SIZE_LIMIT = 512 * 1_024;

	private static final String ROOM = "room";

	private final ChatRooms rooms;

	private final ChatRelay relay;

	private final JsonMapper mapper;

	ChatHandler(ChatRooms rooms, ChatRelay relay, JsonMapper mapper) {
		this.rooms = rooms;
		this.relay = relay;
		this.mapper = mapper;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		String path = Objects.requireNonNull(session.getUri()).getPath();
		String room = path.substring(path.lastIndexOf('/') + 1);
		session.getAttributes().put(ROOM, room);
		this.rooms.join(room, new ConcurrentWebSocketSessionDecorator(session, SEND_TIME_LIMIT, BUFFER_SIZE_LIMIT));
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		ChatInput input = this.mapper.readValue(message.getPayload(), ChatInput.class);
		this.relay.send(room(session), this.mapper.writeValueAsString(new ChatMessage(input.message())));
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		this.rooms.leave(room(session), session);
	}

	private static String room(WebSocketSession session) {
		return (String) Objects.requireNonNull(session.getAttributes().get(ROOM));
	}

	record ChatInput(String message) {
	}

	record ChatMessage(String message) {
	}

}
