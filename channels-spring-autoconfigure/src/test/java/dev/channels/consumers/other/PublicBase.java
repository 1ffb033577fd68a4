package dev.channels.consumers.other;

import dev.channels.OnConnect;
import dev.channels.OnReceive;

/**
 * A consumer's base class in another package.
 */
public abstract class PublicBase {

	@OnConnect
	String connect() {
		return "base connect";
	}

	@OnReceive
	protected abstract String answer(String text);

}
