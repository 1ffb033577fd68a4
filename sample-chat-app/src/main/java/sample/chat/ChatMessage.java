package sample.chat;

import java.time.Instant;

import dev.channels.EventType;

/**
 * Somebody said something: the event of a room, and what its members' browsers get.
 *
 * @param message the text
 * @param user who said it
 * @param time when the server heard it
 */
@EventType("chat.message")
record ChatMessage(String message, String user, Instant time) {

	static ChatMessage of(String message, String user) {
		return new ChatMessage(message, user, Instant.now());
	}

}
