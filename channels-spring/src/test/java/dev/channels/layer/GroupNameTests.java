package dev.channels.layer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link GroupName}.
 */
class GroupNameTests {

	@Test
	void groupAndUserOfTheSameNameDoNotMeet() {
		assertThat(GroupName.of("alice")).isNotEqualTo(GroupName.ofUser("alice")).isEqualTo(GroupName.of("alice"));
		assertThat(GroupName.of("alice").user()).isFalse();
		assertThat(GroupName.ofUser("alice").user()).isTrue();
	}

	@Test
	void aUserMayHaveAnyName() {
		String name = "\u00e9mile, <emile@example.org>\n".repeat(20);
		assertThat(GroupName.ofUser(name).value()).isEqualTo(name);
	}

	@Test
	void aUserMustHaveAName() {
		assertThatIllegalArgumentException().isThrownBy(() -> GroupName.ofUser(""))
			.withMessage("A user's name must not be empty");
	}

	@Test
	void saysWhatItIs() {
		assertThat(GroupName.of("lobby")).hasToString("group 'lobby'");
		assertThat(GroupName.ofUser("alice")).hasToString("user 'alice'");
	}

}
