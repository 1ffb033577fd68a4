package dev.channels.consumer;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageHeaders;

/**
 * What a handler is called with: a client's message, an event, a close status or an
 * exception, and the connection in the headers. Says nothing of its content, since a
 * message finds its way into texts of exceptions.
 */
final class HandlerInput implements Message<Object> {

	private final Object payload;

	private final HandlerHeaders headers;

	HandlerInput(Object payload, HandlerHeaders headers) {
		this.payload = payload;
		this.headers = headers;
	}

	@Override
	public Object getPayload() {
		return this.payload;
	}

	@Override
	public MessageHeaders getHeaders() {
		return this.headers;
	}

	@Override
	public String toString() {
		return "input of a handler";
	}

}
