package dev.channels.layer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link CloseCodes}.
 */
class CloseCodesTests {

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 1014, 3000, 4000, 4999 })
	void takesCodesThatAServerMaySend(int code) {
		assertThatCode(() -> CloseCodes.require(code, "")).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 0, 999, 1004, 1005, 1006, 1010, 1015, 1016, 2000, 2999, 5000, 66536 })
	void refusesOtherCodes(int code) {
		assertThatIllegalArgumentException().isThrownBy(() -> CloseCodes.require(code, ""))
			.withMessage("A server cannot close with code " + code
					+ ": use 1000 to 1003, 1007 to 1009, 1011 to 1014 or 3000 to 4999");
	}

	@Test
	void takes123BytesOfReason() {
		assertThatCode(() -> CloseCodes.require(1000, "x".repeat(123))).doesNotThrowAnyException();
		assertThatCode(() -> CloseCodes.require(1000, "\u20ac".repeat(41))).doesNotThrowAnyException();
	}

	@Test
	void countsBytesOfTheReasonAndNotCharacters() {
		assertThatIllegalArgumentException().isThrownBy(() -> CloseCodes.require(1000, "x".repeat(124)))
			.withMessage("A close reason has at most 123 bytes of UTF-8, this one has 124");
		assertThatIllegalArgumentException().isThrownBy(() -> CloseCodes.require(1000, "\u20ac".repeat(42)))
			.withMessage("A close reason has at most 123 bytes of UTF-8, this one has 126");
	}

}
