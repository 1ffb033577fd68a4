package sample.chat;

import java.util.stream.Collectors;

import dev.channels.ConnectionRejectedException;
import dev.channels.Consumer;
import dev.channels.InvalidMessageException;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

import org.springframework.context.support.DefaultMessageSourceResolvable;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * One browser in one room. Speaks the protocol of the Django Channels tutorial: a client
 * sends {@code {"message": "hi"}}, every member of the room gets JSON with the message.
 */
@Consumer(name = "chat", groups = "chat_{room}")
class ChatConsumer {

	private final ChatRoom rooms;

	private String room = "";

	private @Nullable String user;

	ChatConsumer(ChatRoom rooms) {
		this.rooms = rooms;
	}

	@OnConnect
	void connect(@PathVariable String room, @RequestParam(required = false) @Nullable String user) {
		if (user != null && user.length() > ChatInput.MAX_USER) {
			throw new ConnectionRejectedException(400);
		}
		this.room = room;
		this.user = user;
	}

	@OnReceive
	void receive(@Valid ChatInput input) {
		if (input.user() != null && !input.user().isBlank()) {
			this.user = input.user();
		}
		this.rooms.say(this.room, input, this.user);
	}

	@OnEvent
	ChatMessage message(ChatMessage message) {
		return message;
	}

	@MessageExceptionHandler
	ChatError invalid(MethodArgumentNotValidException ex) {
		if (ex.getBindingResult() == null) {
			return new ChatError("this message is not valid");
		}
		return new ChatError(ex.getBindingResult()
			.getAllErrors()
			.stream()
			.map(DefaultMessageSourceResolvable::getDefaultMessage)
			.collect(Collectors.joining("; ")));
	}

	@MessageExceptionHandler
	ChatError unreadable(InvalidMessageException ex) {
		return new ChatError("send JSON such as {\"message\": \"hi\"}; this was " + ex.getMessage());
	}

}
