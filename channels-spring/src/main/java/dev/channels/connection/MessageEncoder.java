package dev.channels.connection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

import dev.channels.layer.HalfSurrogates;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.ProblemDetail;

/**
 * Encodes what is sent to clients.
 */
final class MessageEncoder {

	private final JsonMapper mapper;

	MessageEncoder(JsonMapper mapper) {
		this.mapper = mapper;
	}

	OutboundFrame encode(Object message) {
		return encode(message, null);
	}

	/**
	 * Encode a message: a snapshot, later changes to the object are not seen.
	 * @param writer writes what is to be JSON, {@code null} for the mapper's way
	 * @throws IllegalArgumentException if the object cannot be written as JSON
	 */
	OutboundFrame encode(Object message, @Nullable ObjectWriter writer) {
		if (message instanceof CharSequence text) {
			return OutboundFrame.text(Utf8.wellFormed(text.toString()));
		}
		if (message instanceof byte[] bytes) {
			// a frame is a copy
			return OutboundFrame.binary(bytes);
		}
		if (message instanceof ByteBuffer buffer) {
			byte[] bytes = new byte[buffer.remaining()];
			buffer.duplicate().get(bytes);
			return OutboundFrame.binary(bytes);
		}
		return OutboundFrame.utf8(json(message, writer));
	}

	/**
	 * Write a problem as RFC 9457 has it, whatever the application's mapper knows of
	 * Spring's class.
	 * @throws IllegalArgumentException if a property cannot be written as JSON
	 */
	String encodeProblem(ProblemDetail problem) {
		Map<String, @Nullable Object> members = new LinkedHashMap<>();
		members.put("type", problem.getType());
		members.put("title", problem.getTitle());
		members.put("status", problem.getStatus());
		members.put("detail", problem.getDetail());
		members.put("instance", problem.getInstance());
		members.values().removeIf(Objects::isNull);
		if (problem.getProperties() != null) {
			problem.getProperties().forEach(members::putIfAbsent);
		}
		return new String(json(members, null), StandardCharsets.UTF_8);
	}

	private byte[] json(Object message, @Nullable ObjectWriter writer) {
		try {
			byte[] json = (writer != null) ? writer.writeValueAsBytes(message) : this.mapper.writeValueAsBytes(message);
			return HalfSurrogates.replaced(json, Utf8.REPLACEMENT);
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("A message of " + message.getClass().getName()
					+ " cannot be written as JSON: " + ex.getOriginalMessage(), ex);
		}
	}

}
