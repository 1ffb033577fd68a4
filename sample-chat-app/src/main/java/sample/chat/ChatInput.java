package sample.chat;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import org.jspecify.annotations.Nullable;

/**
 * What somebody wants to say, over the socket or by REST.
 *
 * @param message the text
 * @param user who says it
 */
record ChatInput(
		@NotBlank(message = "a message must not be blank") @Size(max = ChatInput.MAX_MESSAGE,
				message = "a message has at most {max} characters") @Nullable String message,
		@Size(max = ChatInput.MAX_USER, message = "a name has at most {max} characters") @Nullable String user) {

	static final int MAX_MESSAGE = 1000;

	static final int MAX_USER = 40;

}
