package dev.channels.consumer.other;

import dev.channels.OnDisconnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;

/**
 * A base of consumers in another package, with a handler of each visibility.
 */
public class OtherPackageBase {

	private String name = "base";

	@OnEvent("package-private")
	String packagePrivate() {
		return this.name;
	}

	@OnReceive
	public String receive(String text) {
		return this.name + " " + text;
	}

	@OnDisconnect
	protected void disconnect() {
		this.name = "gone";
	}

}
