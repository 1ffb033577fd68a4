package dev.channels.benchmarks.micro;

import dev.channels.Consumer;
import dev.channels.OnEvent;
import dev.channels.OnReceive;

/**
 * Handlers that answer with what they get.
 */
@Consumer(name = "chat", groups = "chat_lobby")
class ChatConsumer {

	@OnReceive
	ChatMessage receive(ChatMessage input) {
		return input;
	}

	@OnEvent
	ChatMessage message(ChatMessage event) {
		return event;
	}

}
