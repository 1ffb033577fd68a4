package dev.channels.consumer;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link GroupTemplate}.
 */
class GroupTemplateTests {

	@Test
	void fillsVariablesIn() {
		assertThat(expand("plain", "/ws", Map.of())).isEqualTo("plain");
		assertThat(expand("chat_{room}", "/ws/{room}", Map.of("room", "lobby"))).isEqualTo("chat_lobby");
		assertThat(expand("{a}-{b}.{a}", "/{a}/{b:\\d+}", Map.of("a", "x", "b", "7"))).isEqualTo("x-7.x");
		assertThat(expand("{rest}", "/ws/{*rest}", Map.of("rest", "/a"))).isEqualTo("/a");
	}

	@Test
	void takesValuesLiterally() {
		assertThat(expand("{a}", "/{a}", Map.of("a", "$1\\{a}"))).isEqualTo("$1\\{a}");
	}

	@Test
	void aVariableWithoutAValueIsEmpty() {
		assertThat(expand("chat_{room}", "/ws/{room}", Map.of())).isEqualTo("chat_");
	}

	@Test
	void refusesAnUnknownVariable() {
		assertRefused(() -> GroupTemplate.of("{room}_{usr}", "chat", TestContext.path("/{room}/{user}", "chat")),
				"Consumer 'chat' joins the group '{room}_{usr}', but channels.routes[0].path '/{room}/{user}' has no "
						+ "variable 'usr'; did you mean 'user'?",
				"Variables of this path are [room, user].");
		assertRefused(() -> GroupTemplate.of("chat_{room}", "chat", TestContext.path("/ws", "chat")),
				"Consumer 'chat' joins the group 'chat_{room}', but channels.routes[0].path '/ws' has no variable "
						+ "'room'",
				"Add {room} to the path.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a b", "{room", "chat/{room}", "{}", "{room:\\d+}", "räume" })
	void refusesWhatIsNeverAName(String template) {
		assertRefused(() -> GroupTemplate.of(template, "chat", TestContext.path("/{room}", "chat")),
				"Consumer 'chat' joins the group '" + template + "', which is no group name",
				"Use ASCII letters, digits, hyphens, underscores and periods, and {variables} of the path.");
	}

	@Test
	void refusesWhatIsTooLong() {
		String template = "x".repeat(99) + "{room}";
		assertRefused(() -> GroupTemplate.of(template, "chat", TestContext.path("/{room}", "chat")),
				"Consumer 'chat' joins the group '" + template + "', which is no group name",
				"Use ASCII letters, digits, hyphens, underscores and periods, and {variables} of the path.");
	}

	private static String expand(String template, String path, Map<String, String> variables) {
		return GroupTemplate.of(template, "chat", TestContext.path(path, "chat")).expand(variables);
	}

}
