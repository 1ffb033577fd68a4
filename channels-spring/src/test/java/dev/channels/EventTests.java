package dev.channels;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link Event}.
 */
class EventTests {

	@ParameterizedTest
	@ValueSource(strings = { "a", "chat.message", "chat_message", "chat-message", "-x", "9", "a..b", "A.Z_0-9", "a." })
	void takesLegalTypes(String type) {
		assertThat(Event.of(type).type()).isEqualTo(type);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "_private", ".hidden", "chat message", "chat/message", "caf\u00e9", "a\n", "\na",
			"a!b", "\u0661", "chat:message" })
	void refusesIllegalTypes(String type) {
		assertThatIllegalArgumentException().isThrownBy(() -> Event.of(type))
			.withMessage("Event type '" + type + "' is not legal: use ASCII letters, digits, hyphens, underscores and "
					+ "periods, not beginning with an underscore or a period");
	}

	@Test
	void refusesIllegalTypeInTheConstructor() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Event("_a", Map.of()));
	}

	@Test
	void hasAnEmptyPayloadUnlessThereIsOne() {
		assertThat(Event.of("a").payload()).isEqualTo(Map.of());
		assertThat(Event.of("a", null).payload()).isEqualTo(Map.of());
		assertThat(Event.of("a", Map.of("x", 1)).payload()).isEqualTo(Map.of("x", 1));
	}

	@Test
	void keepsItsPayloadOutOfItsText() {
		assertThat(Event.of("a.b", Map.of("secret", "s3cr3t"))).hasToString("Event[type=a.b]");
	}

}
