package dev.channels.layer;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link HalfSurrogates}.
 */
class HalfSurrogatesTests {

	private final JsonMapper mapper = JsonMapper.builder().build();

	@ParameterizedTest
	@ValueSource(strings = { "", "{}", "[\"\"]", "\"\\\\ud83d\"", "\"\\n\\u000b\\u00e9\\\"\\\\\"", "\"\\u0d80\"",
			"\"\\ud83d\\ude00\"", "\"\\uD83D\\uDE00\"", "\"d83d\"", "\\", "\"\\u12" })
	void leavesAllElseAlone(String text) {
		byte[] json = text.getBytes(StandardCharsets.UTF_8);
		assertThat(HalfSurrogates.replaced(json, "?")).isSameAs(json);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\\ud83d", "\\uD83D", "\\ude00", "\\udbff", "\\uDC00", "\\udfff", "\\ud800" })
	void replacesAHalf(String half) {
		assertThat(replaced("\"" + half + "\"")).isEqualTo("\"?\"");
		assertThat(replaced("\"a" + half + "b\\n" + half + "\\u0041\"")).isEqualTo("\"a?b\\n?\\u0041\"");
	}

	@Test
	void tellsHalvesFromPairs() {
		assertThat(replaced("\"\\ud83d\\ud83d\\ude00\\ude00\"")).isEqualTo("\"?\\ud83d\\ude00?\"");
		assertThat(replaced("\"\\ud83d\\\\ude00\"")).isEqualTo("\"?\\\\ude00\"");
	}

	@Test
	void repairsWhateverJacksonWrites() {
		Random random = new Random(5);
		for (int i = 0; i < 2000; i++) {
			String text = randomText(random, 12);
			assertRepaired(text);
		}
	}

	/**
	 * Where the buffer of a generator ends, the halves of a pair are escapes.
	 */
	@Test
	void repairsLongTexts() {
		Random random = new Random(6);
		for (int i = 0; i < 20; i++) {
			assertRepaired("x".repeat(random.nextInt(3)) + randomText(random, 20_000));
			assertRepaired("x".repeat(i) + "\ud83d\ude00".repeat(10_000));
		}
	}

	private void assertRepaired(String text) {
		String expected = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
		byte[] json = this.mapper.writeValueAsBytes(List.of(text, Map.of(text, 1)));
		assertThat(this.mapper.readValue(HalfSurrogates.replaced(json, "?"), Object.class))
			.isEqualTo(List.of(expected, Map.of(expected, 1)));
		JsonMapper escaping = this.mapper.rebuild().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
		assertThat(this.mapper.readValue(HalfSurrogates.replaced(escaping.writeValueAsBytes(text), "?"), String.class))
			.isEqualTo(expected);
	}

	private static String randomText(Random random, int length) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < length; i++) {
			switch (random.nextInt(4)) {
				case 0 -> text.append((char) (0xD800 + random.nextInt(0x800)));
				case 1 -> text.append("\ud83d\ude00");
				case 2 -> text.append('\\');
				default -> text.append((char) random.nextInt(0x300));
			}
		}
		return text.toString();
	}

	private static String replaced(String json) {
		return new String(HalfSurrogates.replaced(json.getBytes(StandardCharsets.UTF_8), "?"), StandardCharsets.UTF_8);
	}

}
