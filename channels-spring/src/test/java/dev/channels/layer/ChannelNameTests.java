package dev.channels.layer;

import dev.channels.InvalidNameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link ChannelName}.
 */
class ChannelNameTests {

	@ParameterizedTest
	@ValueSource(strings = { "thumbnails", "a.b-c_D", "9" })
	void nameWithoutExclamationMarkIsAWorkerChannels(String name) {
		assertThat(ChannelName.of(name).isConnection()).isFalse();
		assertThat(ChannelName.of(name)).hasToString(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "specific.abc!1", "specific.abc!", "abc!x" })
	void nameWithExclamationMarkIsAConnections(String name) {
		assertThat(ChannelName.of(name).isConnection()).isTrue();
	}

	@Test
	void connectionKnowsItsNode() {
		ChannelName name = ChannelName.ofConnection("0123456789abcdef", "z9");
		assertThat(name.value()).isEqualTo("specific.0123456789abcdef!z9");
		assertThat(name.node()).isEqualTo("0123456789abcdef");
		assertThat(ChannelName.of("other!x").node()).isEqualTo("other");
	}

	@Test
	void workerChannelHasNoNode() {
		assertThatIllegalStateException().isThrownBy(() -> ChannelName.of("thumbnails").node())
			.withMessage("Channel 'thumbnails' is not a connection's");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "!", "!a", "a!b!c", "a!!", "a b", "a!b c", "a!b\n", "a\n", "\u0661", "a!\u0661" })
	void refusesIllegalNames(String name) {
		assertRefused(name, name.replaceAll("[\n\u0661]", "?"));
	}

	@Test
	void takes99CharactersAndRefuses100() {
		assertThat(ChannelName.of("x".repeat(99)).value()).hasSize(99);
		assertThat(ChannelName.of("x!" + "y".repeat(97)).value()).hasSize(99);
		assertRefused("x".repeat(100), "x".repeat(99) + "...");
		assertRefused("x!" + "y".repeat(98), "x!" + "y".repeat(97) + "...");
	}

	private static void assertRefused(String name, String printed) {
		assertThatExceptionOfType(InvalidNameException.class).isThrownBy(() -> ChannelName.of(name))
			.withMessage("Channel name '" + printed + "' is not legal: use 1 to 99 ASCII letters, digits, hyphens, "
					+ "underscores or periods, with at most one '!' in a connection's name");
	}

}
