package dev.channels.layer.redis;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Python's {@code msgpack.packb} 1.0.3 wrote is what {@link MsgpackEventSerializer}
 * writes and reads.
 */
class MsgpackGoldenTests {

	private static final String CHAT_MESSAGE = "88a474797065ac636861742e6d657373616765a474657874a668c3a96c6c6fa16e01"
			+ "a166cb3ff8000000000000a162c40200ffa36e696cc0a174c3a16c9301ffcf0000010000000000";

	private final MsgpackEventSerializer serializer = new MsgpackEventSerializer();

	@Test
	void writesTheChatMessageOfDjango() {
		assertThat(Payloads.hex(chatMessage())).isEqualTo(CHAT_MESSAGE);
	}

	@Test
	void readsTheChatMessageOfDjango() {
		Map<?, ?> read = read(CHAT_MESSAGE);
		assertThat(read.get("b")).isEqualTo(new byte[] { 0, -1 });
		Map<String, Object> expected = chatMessage();
		expected.remove("b");
		read.remove("b");
		assertThat(read).isEqualTo(expected);
	}

	@Test
	void keepsTheOrderOfProperties() {
		assertThat(read(CHAT_MESSAGE).keySet()).map(Object::toString)
			.containsExactly("type", "text", "n", "f", "b", "nil", "t", "l");
	}

	@Test
	void writesAndReadsNestedContainers() {
		Map<String, Object> value = new LinkedHashMap<>();
		value.put("a", true);
		value.put("b", null);
		value.put("c", Map.of("d", List.of()));
		assertThat(Payloads.hex(value)).isEqualTo("83a161c3a162c0a16381a16490");
		assertThat(read("83a161c3a162c0a16381a16490")).isEqualTo(value);
	}

	@ParameterizedTest
	@CsvSource({ "0, 00", "127, 7f", "128, cc80", "255, ccff", "256, cd0100", "65535, cdffff", "65536, ce00010000",
			"4294967295, ceffffffff", "4294967296, cf0000000100000000", "9223372036854775807, cf7fffffffffffffff",
			"9223372036854775808, cf8000000000000000", "18446744073709551615, cfffffffffffffffff", "-1, ff", "-32, e0",
			"-33, d0df", "-128, d080", "-129, d1ff7f", "-32768, d18000", "-32769, d2ffff7fff",
			"-2147483648, d280000000", "-2147483649, d3ffffffff7fffffff", "-9223372036854775808, d38000000000000000" })
	void wholeNumbersTakeTheFewestBytes(BigInteger number, String hex) {
		assertThat(Payloads.hex(Map.of("n", number))).isEqualTo("81a16e" + hex);
		if (number.bitLength() < Long.SIZE) {
			assertThat(Payloads.hex(Map.of("n", number.longValue()))).isEqualTo("81a16e" + hex);
		}
		assertThat(read("81a16e" + hex).get("n")).isEqualTo(narrow(number));
	}

	@ParameterizedTest
	@CsvSource({ "0.0, 0000000000000000", "-0.0, 8000000000000000", "1.5, 3ff8000000000000", "0.1, 3fb999999999999a",
			"NaN, 7ff8000000000000", "Infinity, 7ff0000000000000", "-Infinity, fff0000000000000" })
	void fractionsAre64BitsWide(double number, String hex) {
		assertThat(Payloads.hex(Map.of("n", number))).isEqualTo("81a16ecb" + hex);
		assertThat(Payloads.hex(Map.of("n", (float) number))).isEqualTo("81a16ecb" + hex);
		assertThat(read("81a16ecb" + hex).get("n")).isEqualTo(number);
	}

	@ParameterizedTest
	@CsvSource({ "0, a0", "31, bf", "32, d920", "255, d9ff", "256, da0100", "65535, daffff", "65536, db00010000" })
	void textsOfAllLengths(int length, String header) {
		String hex = "81a161" + header + "78".repeat(length);
		assertThat(Payloads.hex(Map.of("a", "x".repeat(length)))).isEqualTo(hex);
		assertThat(read(hex)).isEqualTo(Map.of("a", "x".repeat(length)));
	}

	@ParameterizedTest
	@CsvSource({ "0, c400", "31, c41f", "255, c4ff", "256, c50100", "65535, c5ffff", "65536, c600010000" })
	void bytesOfAllLengths(int length, String header) {
		byte[] content = new byte[length];
		Arrays.fill(content, (byte) 0x78);
		String hex = "81a161" + header + "78".repeat(length);
		assertThat(Payloads.hex(Map.of("a", content))).isEqualTo(hex);
		assertThat(read(hex).get("a")).isEqualTo(content);
	}

	@ParameterizedTest
	@CsvSource({ "0, 90", "15, 9f", "16, dc0010", "255, dc00ff", "65535, dcffff", "65536, dd00010000" })
	void listsOfAllLengths(int length, String header) {
		String hex = "81a161" + header + "01".repeat(length);
		assertThat(Payloads.hex(Map.of("a", Collections.nCopies(length, 1)))).isEqualTo(hex);
		assertThat(read(hex)).isEqualTo(Map.of("a", Collections.nCopies(length, 1)));
	}

	@ParameterizedTest
	@CsvSource({ "0, 80", "15, 8f", "16, de0010", "31, de001f", "65535, deffff", "65536, df00010000" })
	void mapsOfAllSizes(int size, String header) {
		Map<String, Object> value = new LinkedHashMap<>();
		for (int i = 0; i < size; i++) {
			value.put(String.valueOf(i), 1);
		}
		String hex = Payloads.hex(value);
		assertThat(hex).startsWith(header);
		assertThat(read(hex)).isEqualTo(value);
	}

	private Map<?, ?> read(String hex) {
		return Payloads.map(this.serializer.read(Payloads.bytes(hex)));
	}

	private static Number narrow(BigInteger number) {
		if (number.bitLength() < Integer.SIZE) {
			return number.intValue();
		}
		return (number.bitLength() < Long.SIZE) ? (Number) number.longValue() : number;
	}

	private static Map<String, Object> chatMessage() {
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("type", "chat.message");
		result.put("text", "h\u00e9llo");
		result.put("n", 1);
		result.put("f", 1.5);
		result.put("b", new byte[] { 0, -1 });
		result.put("nil", null);
		result.put("t", true);
		result.put("l", List.of(1, -1, 1L << 40));
		return result;
	}

}
