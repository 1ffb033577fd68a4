package dev.channels.consumer;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import dev.channels.InvalidMessageException;
import dev.channels.connection.ClientMessage;
import dev.channels.layer.CapturedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import org.springframework.core.ParameterizedTypeReference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link MessageReader}.
 */
class MessageReaderTests {

	private final MessageReader reader = new MessageReader(TestContext.MAPPER);

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "{\"text\":\"a\"}", "\"quoted\"", "null" })
	void textIsTakenAsItIs(String text) {
		assertThat(read(text, String.class)).isEqualTo(text);
		assertThat(read(text, CharSequence.class)).isEqualTo(text);
	}

	@Test
	void bytesAreTakenAsTheyAre() {
		byte[] bytes = { 1, 2, 3 };
		assertThat(read(bytes, byte[].class)).isSameAs(bytes);
		assertThat(read(bytes, ByteBuffer.class)).isEqualTo(ByteBuffer.wrap(bytes));
		assertThat(read(new byte[0], byte[].class)).isEqualTo(new byte[0]);
	}

	@Test
	void jsonIsReadAsAnyOtherType() {
		assertThat(read("{\"text\":\"a\",\"number\":1}", Input.class)).isEqualTo(new Input("a", 1));
		assertThat(read("[1,2]", Object.class)).isEqualTo(List.of(1, 2));
		assertThat(read("{\"a\":1}", Map.class)).isEqualTo(Map.of("a", 1));
		assertThat(read("7", int.class)).isEqualTo(7);
		assertThat(read("\"RED\"", Color.class)).isEqualTo(Color.RED);
	}

	@Test
	void genericTypesAreKept() {
		Type type = new ParameterizedTypeReference<List<Input>>() {
		}.getType();
		assertThat(this.reader.read(ClientMessage.text("[{\"text\":\"a\",\"number\":1}]"), List.class, type))
			.isEqualTo(List.of(new Input("a", 1)));
	}

	@Test
	void theWrongKindOfMessageIsUnsupportedData() {
		assertInvalid(() -> read("text", byte[].class), 1003, "a text message, binary is expected");
		assertInvalid(() -> read("text", ByteBuffer.class), 1003, "a text message, binary is expected");
		assertInvalid(() -> read(new byte[1], String.class), 1003, "a binary message, text is expected");
		assertInvalid(() -> read(new byte[1], Input.class), 1003, "a binary message, text is expected");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			{"text":"s3cr3t"                 | a message that is no JSON (line 1, column 17)
			{"text":s3cr3t}                  | a message that is no JSON (line 1, column 9)
			s3cr3t                           | a message that is no JSON (line 1, column 1)
			{"text":"a","number":"s3cr3t"}   | a message that cannot be read as Input (line 1, column 22)
			{"text":"a","number":null}       | a message that cannot be read as Input (line 1, column 22)
			["s3cr3t"]                       | a message that cannot be read as Input (line 1, column 1)
			{"text":"a","number":1} s3cr3t   | a message that is no JSON (line 1, column 25)
			{"text":"a","number":-1}         | a message that cannot be read as Input (line 1, column 24)
			null                             | null, Input is expected
			''                               | a message that cannot be read as Input (line 1, column 0)
			""")
	void whatCannotBeReadSaysWhereAndNotWhat(String text, String problem) {
		assertInvalid(() -> read(text, Input.class), 1007, problem);
	}

	@Test
	void aNumberThatIsTooLargeIsJsonAllTheSame() {
		assertInvalid(() -> read("{\"text\":\"a\",\"number\":99999999999}", Input.class), 1007,
				"a message that cannot be read as Input (line 1, column 33)");
	}

	@Test
	void theReasonIsLoggedForDebuggingOnly() {
		try (CapturedLog log = CapturedLog.of(MessageReader.class).at(Level.DEBUG)) {
			assertInvalid(() -> read("[]", Input.class), 1007,
					"a message that cannot be read as Input (line 1, column 1)");
			assertThat(log.levels()).containsExactly(Level.DEBUG);
			assertThat(log.messages()).containsExactly("A client's message cannot be read as Input");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', nullValues = "none", textBlock = """
			{"type":"move"}                                | move
			{"a":{"type":"no"},"b":["type"],"type":"move"} | move
			{"type":"move","a":{"type":"no","type":"no"}}  | move
			{"type":""}                                    | ''
			{"type":7}                                     | none
			{"type":null}                                  | none
			{"type":{"type":"no"}}                         | none
			{"other":"move"}                               | none
			{}                                             | none
			["type","move"]                                | none
			"type"                                         | none
			''                                             | none
			""")
	void findsTheMessageType(String text, String type) {
		assertThat(this.reader.typeOf(ClientMessage.text(text), "type")).isEqualTo(type);
	}

	@Test
	void aMessageHasOneType() {
		assertInvalid(() -> this.reader.typeOf(ClientMessage.text("{\"type\":\"a\",\"x\":1,\"type\":\"b\"}"), "type"),
				1007, "a message with two 'type'");
	}

	@Test
	void whatADeserializerOfTheApplicationThrowsIsTheClientsMistake() {
		JsonMapper mapper = JsonMapper.builder()
			.addModule(new SimpleModule().addDeserializer(Instant.class, new ValueDeserializer<>() {
				@Override
				public Instant deserialize(JsonParser parser, DeserializationContext context) {
					return Instant.parse(parser.getString());
				}
			}))
			.build();
		assertInvalid(
				() -> new MessageReader(mapper).read(ClientMessage.text("\"s3cr3t\""), Instant.class, Instant.class),
				1007, "a message that cannot be read as Instant (DateTimeParseException)");
	}

	@Test
	void aMessageTypeThatCannotBeFoundSaysWhere() {
		assertInvalid(() -> this.reader.typeOf(ClientMessage.text("{s3cr3t"), "type"), 1007,
				"a message that is no JSON (line 1, column 2)");
		assertInvalid(() -> this.reader.typeOf(ClientMessage.binary(new byte[1]), "type"), 1003,
				"a binary message, text is expected");
	}

	private Object read(String text, Class<?> type) {
		return this.reader.read(ClientMessage.text(text), type, type);
	}

	private Object read(byte[] bytes, Class<?> type) {
		return this.reader.read(ClientMessage.binary(bytes), type, type);
	}

	private static void assertInvalid(Runnable action, int closeCode, String problem) {
		assertThatExceptionOfType(InvalidMessageException.class).isThrownBy(action::run)
			.withMessage(problem)
			.withNoCause()
			.returns(closeCode, InvalidMessageException::closeCode);
	}

	record Input(String text, int number) {

		Input {
			if (number < 0) {
				throw new IllegalArgumentException("s3cr3t " + number);
			}
		}

	}

	enum Color {

		RED

	}

}
