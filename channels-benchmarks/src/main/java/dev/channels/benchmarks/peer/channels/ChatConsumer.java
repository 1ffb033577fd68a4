package dev.channels.benchmarks.peer.channels;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.EventType;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;

import org.springframework.web.bind.annotation.PathVariable;

/**
 * The consumer of the README's quick start, word by word.
 */
@Consumer("chat")
@SuppressWarnings("NullAway.Init")
class ChatConsumer {

	private final Channels channels;

	private String room;

	ChatConsumer(Channels channels) {
		this.channels = channels;
	}

	@OnConnect
	void connect(Connection connection, @PathVariable String room) {
		this.room = "chat_" + room;
		connection.join(this.room);
	}

	@OnReceive
	void receive(ChatInput input) {
		this.channels.group(this.room).send(new ChatMessage(input.message()));
	}

	@OnEvent
	ChatMessage message(ChatMessage event) {
		return event;
	}

	record ChatInput(String message) {
	}

	@EventType("chat.message")
	record ChatMessage(String message) {
	}

}
