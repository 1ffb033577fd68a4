package dev.channels.benchmarks.peer.stomp;

import org.springframework.messaging.handler.annotation.DestinationVariable;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.stereotype.Controller;

/**
 * Brings what is said in a room to its topic.
 */
@Controller
class ChatController {

	@MessageMapping("/chat/{room}")
	@SendTo("/topic/chat/{room}")
	ChatMessage say(@DestinationVariable String room, ChatInput input) {
		return new ChatMessage(input.message());
	}

	record ChatInput(String message) {
	}

	record ChatMessage(String message) {
	}

}
