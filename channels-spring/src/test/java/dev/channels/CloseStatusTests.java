package dev.channels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link CloseStatus}.
 */
class CloseStatusTests {

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4000, 4999 })
	void takesCodesThatAServerMaySend(int code) {
		assertThatCode(() -> new CloseStatus(code).requireSendable()).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 999, 1004, 1005, 1006, 1010, 1015, 1016, 2000, 2999, 5000, 66536 })
	void refusesOtherCodes(int code) {
		assertThatIllegalArgumentException().isThrownBy(() -> new CloseStatus(code).requireSendable())
			.withMessage("A server cannot close with code " + code
					+ ": use 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999");
	}

	@Test
	void takes123BytesOfReason() {
		assertThatCode(() -> new CloseStatus(1000, "x".repeat(123)).requireSendable()).doesNotThrowAnyException();
		assertThatCode(() -> new CloseStatus(1000, "\u20ac".repeat(41)).requireSendable()).doesNotThrowAnyException();
	}

	@Test
	void countsBytesOfTheReasonAndNotCharacters() {
		assertThatIllegalArgumentException().isThrownBy(() -> new CloseStatus(1000, "x".repeat(124)).requireSendable())
			.withMessage("A close reason has at most 123 bytes of UTF-8, this one has 124");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CloseStatus(1000, "\u20ac".repeat(42)).requireSendable())
			.withMessage("A close reason has at most 123 bytes of UTF-8, this one has 126");
	}

}
