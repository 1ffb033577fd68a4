package dev.channels.benchmarks.driver;

/**
 * As much of STOMP 1.2 as a chat needs.
 */
final class StompProtocol implements ChatProtocol {

	@Override
	public String path(int room) {
		return "/ws";
	}

	@Override
	public String hello() {
		return "CONNECT\naccept-version:1.2\nhost:localhost\nheart-beat:0,0\n\n\0";
	}

	@Override
	public String join(int room) {
		return "SUBSCRIBE\nid:0\ndestination:/topic/chat/" + room + "\n\n\0";
	}

	@Override
	public String say(int room, String text) {
		String body = "{\"message\":\"" + text + "\"}";
		return "SEND\ndestination:/app/chat/" + room + "\ncontent-type:application/json\ncontent-length:"
				+ body.length() + "\n\n" + body + "\0";
	}

}
