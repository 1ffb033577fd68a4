package dev.channels.consumer;

/**
 * What a handler method is for.
 */
enum HandlerKind {

	CONNECT("@OnConnect"),

	RECEIVE("@OnReceive"),

	EVENT("@OnEvent"),

	DISCONNECT("@OnDisconnect"),

	EXCEPTION("@MessageExceptionHandler");

	private final String label;

	HandlerKind(String label) {
		this.label = label;
	}

	/**
	 * Whether one of the parameters may be the payload.
	 */
	boolean takesPayload() {
		return this == RECEIVE || this == EVENT;
	}

	@Override
	public String toString() {
		return this.label;
	}

}
