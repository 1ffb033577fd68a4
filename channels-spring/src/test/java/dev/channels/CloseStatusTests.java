package dev.channels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link CloseStatus}.
 */
class CloseStatusTests {

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4000, 4999 })
	void takesCodesThatAServerMaySend(int code) {
		assertThatCode(() -> new CloseStatus(code).sendable()).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 999, 1004, 1005, 1006, 1010, 1015, 1016, 2000, 2999, 5000, 66536 })
	void refusesOtherCodes(int code) {
		assertThatIllegalArgumentException().isThrownBy(() -> new CloseStatus(code).sendable())
			.withMessage("A server cannot close with code " + code
					+ ": use 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999");
	}

	@ParameterizedTest
	@CsvSource({ "x, 123, 123", "x, 124, 123", "\u00fc, 61, 61", "\u00fc, 62, 61", "\u20ac, 41, 41", "\u20ac, 42, 41",
			"\ud83d\ude00, 31, 30" })
	void carries123BytesOfReasonAndNoHalfOfACharacter(String character, int length, int carried) {
		assertThat(new CloseStatus(1000, character.repeat(length)).sendable())
			.isEqualTo(new CloseStatus(1000, character.repeat(carried)));
	}

	@Test
	void repairsAReasonThatIsNoUnicode() {
		assertThat(new CloseStatus(1000, "a\ud83d").sendable().reason()).isEqualTo("a?");
	}

}
