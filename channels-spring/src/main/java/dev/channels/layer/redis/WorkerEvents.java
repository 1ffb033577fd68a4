package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.layer.EventCodec;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.UndecodableEventException;
import io.lettuce.core.StreamMessage;
import org.jspecify.annotations.Nullable;

/**
 * Reads what stands in streams: events, and dead letters, which somebody may have
 * damaged. What a dead letter says of its error is written as an event is: an exception
 * may quote what it could not handle, which is to be as secret as the event. Safe for use
 * by many threads.
 */
final class WorkerEvents {

	private static final String ERROR = "error";

	private static final String ERROR_TYPE = "channels.dead-letter";

	private static final String UNDECODABLE_TYPE = "channels.undecodable";

	private final EventCodec codec;

	private final LocalDelivery local;

	WorkerEvents(EventCodec codec, LocalDelivery local) {
		this.codec = codec;
		this.local = local;
	}

	/**
	 * Read an event.
	 * @throws UndecodableEventException if it is none
	 */
	SharedEvent read(byte[] event) {
		return this.local.share(this.codec.read(event));
	}

	/**
	 * Write what went wrong.
	 */
	byte[] writeError(String error) {
		return this.codec.write(this.codec.encode(Event.of(ERROR_TYPE, Map.of(ERROR, error))));
	}

	/**
	 * Read a dead letter, as far as it can be read.
	 */
	DeadLetter deadLetter(StreamMessage<String, byte[]> message) {
		Map<String, byte[]> fields = message.getBody();
		String id = message.getId();
		long sent = number(id.substring(0, id.indexOf('-')), 0);
		return new DeadLetter(id, event(fields.getOrDefault("event", new byte[0])),
				(int) number(text(fields.get("attempts")), 0), error(fields.get(ERROR)),
				Instant.ofEpochMilli(number(text(fields.get("time")), sent)));
	}

	private Event event(byte[] bytes) {
		try {
			return (Event) read(bytes).payload(Event.class);
		}
		catch (UndecodableEventException ex) {
			return new Event(UNDECODABLE_TYPE, Map.of("base64", Base64.getEncoder().encodeToString(bytes)));
		}
	}

	private String error(byte @Nullable [] bytes) {
		if (bytes == null) {
			return "unknown";
		}
		try {
			Map<?, ?> payload = (Map<?, ?>) read(bytes).payload(Map.class);
			return String.valueOf(payload.get(ERROR));
		}
		catch (UndecodableEventException ex) {
			return "unreadable: " + ex.getMessage();
		}
	}

	private static long number(String text, long otherwise) {
		try {
			return Long.parseLong(text);
		}
		catch (NumberFormatException ex) {
			return otherwise;
		}
	}

	private static String text(byte @Nullable [] bytes) {
		return (bytes != null) ? new String(bytes, StandardCharsets.UTF_8) : "";
	}

}
