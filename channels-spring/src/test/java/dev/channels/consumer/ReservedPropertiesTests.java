package dev.channels.consumer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.channels.OnEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link ReservedProperties}.
 */
class ReservedPropertiesTests {

	@Test
	void refusesAComponentOfARecord() {
		assertReserved(Typed.class, "type");
		assertReserved(Controlled.class, "__channels_except");
		assertReserved(Asgi.class, "__asgi_channel__");
	}

	@Test
	void refusesAPropertyOfABean() {
		assertReserved(TypedBean.class, "type");
		assertReserved(HeirOfTypedBean.class, "type");
	}

	@ParameterizedTest
	@ValueSource(
			classes = { Fine.class, String.class, int.class, Integer.class, int[].class, byte[].class, String[].class,
					Map.class, HashMap.class, List.class, Object.class, JsonNode.class, Described.class, Kind.class })
	void takesOtherPayloads(Class<?> type) {
		assertThatCode(() -> ReservedProperties.requireNone(type, "handler")).doesNotThrowAnyException();
	}

	@Test
	void payloadsOfHandlersAreChecked() {
		assertRefused(() -> TestHandlers.connected(TakesTyped.class),
				"@OnEvent handler " + TakesTyped.class.getName()
						+ ".event: the payload ReservedPropertiesTests.Typed has a property 'type', which is reserved",
				"Rename the property: on the wire it would stand beside the event's own 'type'.");
	}

	private static void assertReserved(Class<?> type, String property) {
		assertRefused(() -> ReservedProperties.requireNone(type, "handler"),
				"handler: the payload ReservedPropertiesTests." + type.getSimpleName() + " has a property '" + property
						+ "', which is reserved",
				"Rename the property: on the wire it would stand beside the event's own '" + property + "'.");
	}

	record Fine(String kind, String types, String channels) {

	}

	record Typed(String text, String type) {

	}

	record Controlled(String __channels_except) {

	}

	record Asgi(String __asgi_channel__) {

	}

	static class TypedBean {

		public String getType() {
			return "";
		}

	}

	static class HeirOfTypedBean extends TypedBean {

	}

	/**
	 * What an implementation has besides is known when it is sent.
	 */
	interface Described {

		String getType();

	}

	enum Kind {

		A

	}

	static class TakesTyped {

		@OnEvent("typed")
		void event(Typed payload) {
		}

	}

}
