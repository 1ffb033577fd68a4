package sample.chat;

import java.util.Objects;

import dev.channels.Channels;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Says things in rooms.
 */
@Component
class ChatRoom {

	static final String ANONYMOUS = "anonymous";

	private static final String COUNT_COMMAND = "/count ";

	private final Channels channels;

	ChatRoom(Channels channels) {
		this.channels = channels;
	}

	/**
	 * Say something that was found valid, and hand words to be counted to the worker.
	 */
	void say(String room, ChatInput input, @Nullable String fallbackUser) {
		String message = Objects.requireNonNull(input.message());
		String user = firstOf(input.user(), fallbackUser);
		this.channels.group("chat_" + room).send(ChatMessage.of(message, user));
		if (message.startsWith(COUNT_COMMAND)) {
			this.channels.channel("word-count").send(new CountWords(room, message.substring(COUNT_COMMAND.length())));
		}
	}

	private static String firstOf(@Nullable String user, @Nullable String fallback) {
		if (user != null && !user.isBlank()) {
			return user.strip();
		}
		return (fallback != null && !fallback.isBlank()) ? fallback.strip() : ANONYMOUS;
	}

}
