package dev.channels.connection;

import java.nio.charset.StandardCharsets;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Utf8}.
 */
class Utf8Tests {

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "\u0000", "\u007f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff",
			"\ud800\udc00", "\udbff\udfff", "a\u00e9\u20ac\ud83d\ude00z" })
	void countsBytesAtTheBoundsOfEachLength(String text) {
		assertThat(Utf8.length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
	}

	@Test
	void countsBytesOfAnyText() {
		Random random = new Random(42);
		for (int i = 0; i < 2000; i++) {
			String text = randomText(random);
			assertThat(Utf8.length(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8).length);
		}
	}

	@Test
	void leavesWellFormedTextAlone() {
		Random random = new Random(43);
		for (int i = 0; i < 500; i++) {
			String text = randomText(random);
			assertThat(Utf8.wellFormed(text)).isSameAs(text);
		}
	}

	@ParameterizedTest
	@CsvSource({ "\ud83d, \ufffd", "\ude00, \ufffd", "a\ud83d, a\ufffd", "\ud83da, \ufffda",
			"\ude00\ud83d, \ufffd\ufffd", "\ud83d\ud83d\ude00, \ufffd\ud83d\ude00",
			"\ud83d\ude00\ude00, \ud83d\ude00\ufffd", "x\ud83dy\ude00z\ud83d\ude00, x\ufffdy\ufffdz\ud83d\ude00" })
	void replacesHalvesOfSurrogatePairs(String text, String expected) {
		assertThat(Utf8.wellFormed(text)).isEqualTo(expected);
	}

	@Test
	void whatItRepairsCanBeEncoded() {
		Random random = new Random(44);
		for (int i = 0; i < 2000; i++) {
			StringBuilder text = new StringBuilder();
			for (int j = 0; j < 8; j++) {
				text.append((char) (random.nextBoolean() ? 0xD800 + random.nextInt(0x800) : 'a'));
			}
			String repaired = Utf8.wellFormed(text.toString());
			assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(repaired)).isTrue();
			assertThat(repaired).hasSize(text.length());
			assertThat(Utf8.length(repaired)).isEqualTo(repaired.getBytes(StandardCharsets.UTF_8).length);
		}
	}

	private static String randomText(Random random) {
		int[] bounds = { 0x80, 0x800, 0xD800, 0x10000, 0x110000 };
		StringBuilder text = new StringBuilder();
		int length = random.nextInt(40);
		for (int i = 0; i < length; i++) {
			int codePoint = random.nextInt(bounds[random.nextInt(bounds.length)]);
			text.appendCodePoint((codePoint >= 0xD800 && codePoint < 0xE000) ? 'x' : codePoint);
		}
		return text.toString();
	}

}
