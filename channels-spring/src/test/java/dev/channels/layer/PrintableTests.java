package dev.channels.layer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Printable}.
 */
class PrintableTests {

	@Test
	void keepsWhatIsPrintable() {
		assertThat(Printable.of("/ws/chat/{room} ~")).isEqualTo("/ws/chat/{room} ~");
		assertThat(Printable.of("")).isEmpty();
	}

	@Test
	void forgesNoLineAndControlsNoTerminal() {
		assertThat(Printable.of("a\r\n2026 ERROR\u001b[31m\u0085\u2028\u00e4")).isEqualTo("a??2026 ERROR?[31m???");
	}

	@Test
	void cutsWhatIsEndless() {
		assertThat(Printable.of("x".repeat(100))).hasSize(100);
		assertThat(Printable.of("x".repeat(101))).isEqualTo("x".repeat(100) + "...");
		assertThat(Printable.of("\n".repeat(1000), 3)).isEqualTo("???...");
	}

	@Test
	void theNameOfAUserIsPrintable() {
		assertThat(GroupName.ofUser("ann\nbob")).hasToString("user 'ann?bob'");
	}

}
