package dev.channels.consumer;

import java.lang.reflect.Method;

import org.springframework.util.ClassUtils;

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

	/**
	 * Whether what a handler returns may be many messages.
	 */
	boolean answersMany() {
		return this == RECEIVE || this == EVENT;
	}

	/**
	 * Return how texts refer to a handler.
	 */
	String describe(Method method) {
		return this.label + " handler " + ClassUtils.getQualifiedMethodName(method);
	}

	@Override
	public String toString() {
		return this.label;
	}

}
