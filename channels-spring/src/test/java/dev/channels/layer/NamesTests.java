package dev.channels.layer;

import dev.channels.InvalidNameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link Names}, by way of {@link GroupName}.
 */
class NamesTests {

	private static final String RULE = "' is not legal: use 1 to 99 ASCII letters, digits, hyphens, underscores or "
			+ "periods";

	@ParameterizedTest
	@ValueSource(strings = { "a", "Z", "0", "9", "-", "_", ".", "chat_lobby", "a.b-c_D9", "...", "__channels_x" })
	void takesNamesOfAsciiLettersDigitsHyphensUnderscoresAndPeriods(String name) {
		assertThat(GroupName.of(name).value()).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", "a b", "a/b", "a:b", "a@b", "a!b", "a{b}", "a`b", "a[b", "a\\b", "a,b", "a*" })
	void refusesOtherAsciiCharacters(String name) {
		assertRefused(name, name);
	}

	@Test
	void takesEachLegalCharacterAndNoOther() {
		String legal = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
		for (char c = 0; c < 0x700; c++) {
			String name = "a" + c;
			if (legal.indexOf(c) >= 0) {
				assertThat(GroupName.of(name).value()).isEqualTo(name);
			}
			else {
				assertThatExceptionOfType(InvalidNameException.class).as("character %x", (int) c)
					.isThrownBy(() -> GroupName.of(name));
			}
		}
	}

	@Test
	void refusesTheEmptyName() {
		assertRefused("", "");
	}

	@Test
	void takes99CharactersAndRefuses100() {
		assertThat(GroupName.of("x".repeat(99)).value()).hasSize(99);
		assertRefused("x".repeat(100), "x".repeat(99) + "...");
	}

	@Test
	void refusesArabicDigits() {
		assertRefused("room_\u0661\u0662", "room_??");
	}

	@Test
	void refusesLettersThatAreNotAscii() {
		assertRefused("caf\u00e9", "caf?");
		assertRefused("\uff41", "?");
	}

	@Test
	void refusesALineBreakAtTheEnd() {
		assertRefused("lobby\n", "lobby?");
		assertRefused("lobby\r\n", "lobby??");
	}

	@Test
	void keepsWhatIsNotPrintableOutOfItsTexts() {
		assertRefused("a\u001b[31m\u0000\u007fb", "a?[31m??b");
		assertRefused("a\u2028b", "a?b");
		assertRefused("a\ud83d\ude00b", "a?b");
	}

	@Test
	void keepsEndlessNamesOutOfItsTexts() {
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> GroupName.of("!".repeat(1_000_000)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(250));
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> ChannelName.of("!".repeat(1_000_000)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(300));
	}

	@Test
	void anIllegalNameIsAnIllegalArgument() {
		assertThatIllegalArgumentException().isThrownBy(() -> GroupName.of(""));
	}

	private static void assertRefused(String name, String printed) {
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> GroupName.of(name))
			.withMessage("Group name '" + printed + RULE);
	}

}
