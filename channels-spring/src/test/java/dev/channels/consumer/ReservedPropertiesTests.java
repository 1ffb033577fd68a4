package dev.channels.consumer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.channels.OnEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link ReservedProperties}.
 */
class ReservedPropertiesTests {

	private final ReservedProperties reserved = new ReservedProperties(TestContext.MAPPER);

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

	@Test
	void namesAreThoseInJson() {
		assertReserved(RenamedToType.class, "type");
		assertReserved(RenamedBean.class, "type");
		assertReserved(WrittenOnly.class, "type");
		assertReserved(ReadOnly.class, "type");
		assertReserved(Unwrapped.class, "type");
		assertReserved(TypedField.class, "type");
	}

	@Test
	void namesAreThoseOfTheMapper() {
		ReservedProperties upperCase = new ReservedProperties(
				JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE).build());
		assertThatCode(() -> upperCase.requireNone(Typed.class, "handler")).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(classes = { RenamedFromType.class, Ignored.class, OneValue.class, Conflicting.class, Nothing.class,
			Nested.class, FromText.class })
	void takesWhatIsNotWrittenAsSuch(Class<?> type) {
		assertThatCode(() -> this.reserved.requireNone(type, "handler")).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(
			classes = { Fine.class, String.class, int.class, Integer.class, int[].class, byte[].class, String[].class,
					Map.class, HashMap.class, List.class, Object.class, JsonNode.class, Described.class, Kind.class })
	void takesOtherPayloads(Class<?> type) {
		assertThatCode(() -> this.reserved.requireNone(type, "handler")).doesNotThrowAnyException();
	}

	@Test
	void payloadsOfHandlersAreChecked() {
		assertRefused(() -> TestHandlers.connected(TakesTyped.class),
				"@OnEvent handler " + TakesTyped.class.getName()
						+ ".event: the payload ReservedPropertiesTests.Typed has a property 'type', which is reserved",
				"Rename the property: on the wire it would stand beside the event's own 'type'.");
	}

	private void assertReserved(Class<?> type, String property) {
		assertRefused(() -> this.reserved.requireNone(type, "handler"),
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

	record RenamedToType(@JsonProperty("type") String kind) {

	}

	record RenamedFromType(@JsonProperty("kind") String type) {

	}

	record WrittenOnly(@JsonProperty(value = "type", access = JsonProperty.Access.READ_ONLY) String kind) {

	}

	record ReadOnly(@JsonProperty(value = "type", access = JsonProperty.Access.WRITE_ONLY) String kind) {

	}

	record Ignored(@JsonIgnore String type, String text) {

	}

	record Unwrapped(@JsonUnwrapped Typed typed, String other) {

	}

	record Nested(Typed typed) {

	}

	record OneValue(@JsonValue String type) {

	}

	record FromText(@JsonValue String type) {

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		FromText {
		}

	}

	static class RenamedBean {

		@JsonProperty("type")
		public String getKind() {
			return "";
		}

	}

	static class TypedField {

		public String type;

	}

	/**
	 * Can neither be written nor read.
	 */
	static class Conflicting {

		@JsonProperty("kind")
		public String getType() {
			return "";
		}

		@JsonProperty("kind")
		public String getOther() {
			return "";
		}

	}

	static class Nothing {

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
