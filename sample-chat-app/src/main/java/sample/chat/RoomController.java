package sample.chat;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Posts into rooms from outside: {@code curl -X POST -H 'Content-Type: application/json'
 * -d '{"message": "hi"}' http://localhost:8080/rooms/lobby/messages}, with the context
 * path before {@code /rooms} if there is one.
 */
@RestController
class RoomController {

	private static final String NOBODY = "rest";

	private final ChatRoom rooms;

	RoomController(ChatRoom rooms) {
		this.rooms = rooms;
	}

	@PostMapping("/rooms/{room}/messages")
	@ResponseStatus(HttpStatus.ACCEPTED)
	void post(@PathVariable @Pattern(regexp = "[\\w-]+") @Size(max = 80) String room,
			@Valid @RequestBody ChatInput input) {
		this.rooms.say(room, input, NOBODY);
	}

}
