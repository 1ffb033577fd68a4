package dev.channels.benchmarks.driver;

import org.jspecify.annotations.Nullable;

/**
 * The quick start of the README.
 */
final class JsonProtocol implements ChatProtocol {

	@Override
	public String path(int room) {
		return "/ws/chat/" + room;
	}

	@Override
	public @Nullable String hello() {
		return null;
	}

	@Override
	public String join(int room) {
		throw new IllegalStateException("A client is in its room when it is connected");
	}

	@Override
	public String say(int room, String text) {
		return "{\"message\":\"" + text + "\"}";
	}

}
