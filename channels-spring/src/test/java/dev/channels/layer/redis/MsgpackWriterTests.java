package dev.channels.layer.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.channels.layer.EventContent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.util.TokenBuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of what {@link MsgpackEventSerializer} writes where MessagePack and Java differ.
 */
class MsgpackWriterTests {

	private final MsgpackEventSerializer serializer = new MsgpackEventSerializer();

	@ParameterizedTest
	@ValueSource(strings = { "0", "1.50", "0.1", "-1E+400", "12345678901234567890123456789.01234567890" })
	void aBigDecimalIsATextWithAllDigits(BigDecimal number) {
		assertThat(roundTrip(Map.of("n", number))).isEqualTo(Map.of("n", number.toString()));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "18446744073709551616", "-9223372036854775809", "1606938044258990275541962092341162602522" })
	void aWholeNumberBeyond64BitsIsATextWithAllDigits(BigInteger number) {
		assertThat(roundTrip(Map.of("n", number))).isEqualTo(Map.of("n", number.toString()));
	}

	@Test
	void aFloatIsTheDoubleOfTheSameDigits() {
		assertThat(roundTrip(Map.of("n", 0.1f))).isEqualTo(Map.of("n", 0.1));
	}

	@Test
	void everyFloatIsReadAsSent() {
		Random random = new Random(42);
		for (int i = 0; i < 10_000; i++) {
			float sent = Float.intBitsToFloat(random.nextInt());
			Object read = roundTrip(Map.of("n", sent)).get("n");
			assertThat(((Double) read).floatValue()).isEqualTo(Float.valueOf(sent));
		}
	}

	@Test
	void numbersReadFromJsonAreFractionsWhileNoDigitIsLost() {
		EventContent tokens = Payloads.json("{\"a\":0.1,\"b\":1.0,\"c\":-2.50,\"d\":1e3,\"e\":NaN,\"f\":-Infinity}");
		assertThat(roundTrip(tokens))
			.isEqualTo(Map.of("a", 0.1, "b", 1.0, "c", -2.5, "d", 1000.0, "e", Double.NaN, "f", -1.0 / 0));
	}

	@Test
	void numbersReadFromJsonAreTextsWhereDigitsWouldBeLost() {
		EventContent tokens = Payloads
			.json("{\"a\":0.1000000000000000000000000001,\"b\":1e400,\"c\":123456789012345678901234567890}");
		assertThat(roundTrip(tokens)).isEqualTo(
				Map.of("a", "0.1000000000000000000000000001", "b", "1e400", "c", "123456789012345678901234567890"));
	}

	@Test
	void halfASurrogatePairBecomesAQuestionMark() {
		assertThat(roundTrip(Map.of("x\udc00", "a\ud83d", "y", "\ude00b\ud83d\ude00")))
			.isEqualTo(Map.of("x?", "a?", "y", "?b\ud83d\ude00"));
	}

	@Test
	void textsOfAllPlanes() {
		String text = "\u0000\n\"\\\u007f\u0080\u07ff\u0800\u20ac\uffff\ud83d\ude00\udbff\udfff";
		assertThat(roundTrip(Map.of(text, text))).isEqualTo(Map.of(text, text));
	}

	@Test
	void rawJsonIsWrittenAsItsValue() {
		assertThat(roundTrip(new Raw("{\"a\":[1,{\"b\":null}]}", 7)).toString())
			.isEqualTo("{json={a=[1, {b=null}]}, after=7}");
	}

	@Test
	void brokenRawJsonIsAnError() {
		EventContent tokens = Payloads.tokens(new Raw("{secret", 7));
		assertThatIllegalArgumentException().isThrownBy(() -> this.serializer.write(tokens))
			.withMessage("A value of tools.jackson.databind.util.RawValue is not written as valid JSON");
	}

	@Test
	void rawJsonCountsForTheDepthToo() {
		String raw = "[".repeat(499) + "]".repeat(499);
		assertThat(roundTrip(new Raw(raw, 7)).get("after")).isEqualTo(7);
		EventContent tokens = Payloads.tokens(new Raw("[" + raw + "]", 7));
		assertThatIllegalArgumentException().isThrownBy(() -> this.serializer.write(tokens));
	}

	@Test
	void writes500ContainersWithinEachOtherAndNoMore() {
		byte[] bytes = this.serializer.write(nested(500));
		assertThat(Payloads.text(this.serializer.read(bytes))).isEqualTo(Payloads.text(nested(500)));
		assertThatIllegalArgumentException().isThrownBy(() -> this.serializer.write(nested(501)))
			.withMessage("An event cannot have more than 500 maps and lists within each other");
	}

	@Test
	void writesTheSameTokensAgain() {
		EventContent tokens = Payloads.tokens(Map.of("a", List.of(1, 2)));
		assertThat(this.serializer.write(tokens)).isEqualTo(this.serializer.write(tokens));
	}

	private Map<?, ?> roundTrip(Object value) {
		EventContent content = (value instanceof EventContent given) ? given : Payloads.tokens(value);
		return Payloads.map(this.serializer.read(this.serializer.write(content)));
	}

	/** Maps and lists within each other, this many. */
	static EventContent nested(int depth) {
		TokenBuffer result = TokenBuffer.forGeneration();
		for (int i = 0; i < depth; i++) {
			if (i % 2 == 0) {
				result.writeStartObject().writeName("a");
			}
			else {
				result.writeStartArray();
			}
		}
		result.writeNumber(1);
		for (int i = depth - 1; i >= 0; i--) {
			if (i % 2 == 0) {
				result.writeEndObject();
			}
			else {
				result.writeEndArray();
			}
		}
		return EventContent.ofTokens(result);
	}

	record Raw(@JsonRawValue String json, int after) {

	}

}
