package dev.channels.layer.redis;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import dev.channels.DeadLetter;
import dev.channels.Event;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import io.lettuce.core.StreamMessage;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link WorkerEvents}: what can be read of dead letters.
 */
class WorkerEventsTests {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final WorkerEvents events = events(new JsonEventSerializer());

	@Test
	void readsWhatItWrote() {
		assertThat(letter(Map.of("event", Script.bytes("{\"type\":\"job\",\"n\":1}"), "attempts", Script.bytes("3"),
				"error", this.events.writeError("broken"), "time", Script.bytes("1234"))))
			.isEqualTo(
					new DeadLetter("99-1", Event.of("job", Map.of("n", 1)), 3, "broken", Instant.ofEpochMilli(1234)));
	}

	/**
	 * One damaged letter does not hide the others.
	 */
	@Test
	void readsADamagedLetterAsFarAsItCan() {
		assertThat(letter(Map.of())).isEqualTo(new DeadLetter("99-1",
				Event.of("channels.undecodable", Map.of("base64", "")), 0, "unknown", Instant.ofEpochMilli(99)));
		assertThat(letter(Map.of("event", Script.bytes("{"), "attempts", Script.bytes("many"), "error",
				Script.bytes("plain"), "time", Script.bytes("yesterday"))))
			.isEqualTo(new DeadLetter("99-1", Event.of("channels.undecodable", Map.of("base64", "ew==")), 0,
					"unreadable: 5 bytes that are no event (StreamReadException)", Instant.ofEpochMilli(99)));
	}

	@Test
	void encryptsErrorsAsItDoesEvents() {
		WorkerEvents encrypted = events(new FernetEventSerializer(new JsonEventSerializer(), List.of("key")));
		byte[] error = encrypted.writeError("java.lang.IllegalStateException: bob@example.com");
		assertThat(Script.text(error)).doesNotContain("bob", "IllegalState");
		assertThat(encrypted.deadLetter(new StreamMessage<>("dead", "1-0", Map.of("error", error))).error())
			.isEqualTo("java.lang.IllegalStateException: bob@example.com");
		assertThat(letter(Map.of("error", error)).error()).startsWith("unreadable: ").doesNotContain("bob");
	}

	private DeadLetter letter(Map<String, byte[]> fields) {
		return this.events.deadLetter(new StreamMessage<>("dead", "99-1", fields));
	}

	private WorkerEvents events(EventSerializer serializer) {
		return new WorkerEvents(new EventCodec(this.mapper, serializer),
				new LocalDelivery(LayerSettings.defaults(), new DropCounter(), this.mapper));
	}

}
