package dev.channels.benchmarks.driver;

import dev.channels.benchmarks.load.DriverOrder;
import org.jspecify.annotations.Nullable;

/**
 * How a client talks.
 */
interface ChatProtocol {

	static ChatProtocol of(DriverOrder.Protocol protocol) {
		return switch (protocol) {
			case JSON -> new JsonProtocol();
			case STOMP -> new StompProtocol();
		};
	}

	/**
	 * Return the path to connect to.
	 */
	String path(int room);

	/**
	 * Return what a client says once it is connected; it joins when that is answered.
	 * With {@code null} it is a member by connecting.
	 */
	@Nullable String hello();

	/**
	 * Return what makes the client a member, after the answer to {@link #hello()}.
	 */
	String join(int room);

	/**
	 * Return a message for all in the room.
	 * @param text has no characters that JSON escapes
	 */
	String say(int room, String text);

}
