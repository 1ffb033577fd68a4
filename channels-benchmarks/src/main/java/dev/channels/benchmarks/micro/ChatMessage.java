package dev.channels.benchmarks.micro;

import dev.channels.EventType;

/**
 * The event of the quick start.
 *
 * @param message what somebody said
 */
@EventType("chat.message")
public record ChatMessage(String message) {

	static final ChatMessage EXAMPLE = new ChatMessage("x".repeat(100));

}
