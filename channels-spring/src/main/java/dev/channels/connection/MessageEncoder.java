package dev.channels.connection;

import java.nio.ByteBuffer;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Encodes what is sent to clients.
 */
final class MessageEncoder {

	private final JsonMapper mapper;

	MessageEncoder(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Encode a message: a snapshot, later changes to the object are not seen.
	 * @throws IllegalArgumentException if the object cannot be written as JSON
	 */
	OutboundFrame encode(Object message) {
		if (message instanceof CharSequence text) {
			return OutboundFrame.text(Utf8.wellFormed(text.toString()));
		}
		if (message instanceof byte[] bytes) {
			return OutboundFrame.binary(bytes.clone());
		}
		if (message instanceof ByteBuffer buffer) {
			byte[] bytes = new byte[buffer.remaining()];
			buffer.duplicate().get(bytes);
			return OutboundFrame.binary(bytes);
		}
		try {
			return OutboundFrame.text(Utf8.wellFormed(this.mapper.writeValueAsString(message)));
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("A message of " + message.getClass().getName()
					+ " cannot be written as JSON: " + ex.getOriginalMessage(), ex);
		}
	}

}
