package dev.channels.routing;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PathVariable}.
 */
class PathVariableTests {

	@Test
	void findsNoneInAPlainPath() {
		assertThat(PathVariable.in("/ws/chat")).isEmpty();
		assertThat(PathVariable.in("")).isEmpty();
	}

	@Test
	void findsVariablesInTheirOrder() {
		assertThat(PathVariable.in("/{b}/x/{a}-{c}")).containsExactly(new PathVariable("b", null, "{b}"),
				new PathVariable("a", null, "{a}"), new PathVariable("c", null, "{c}"));
	}

	@Test
	void findsTheRegularExpression() {
		assertThat(PathVariable.in("/{room:[\\w-]+}"))
			.containsExactly(new PathVariable("room", "[\\w-]+", "{room:[\\w-]+}"));
	}

	@Test
	void aRegularExpressionMayHaveQuantifiersInBraces() {
		assertThat(PathVariable.in("/{year:\\d{4}}/{code:[a-z]{2,3}x{1}}/{id}")).containsExactly(
				new PathVariable("year", "\\d{4}", "{year:\\d{4}}"),
				new PathVariable("code", "[a-z]{2,3}x{1}", "{code:[a-z]{2,3}x{1}}"),
				new PathVariable("id", null, "{id}"));
	}

	@Test
	void aRegularExpressionMayHaveEscapedBraces() {
		assertThat(PathVariable.in("/{a:x\\{y\\}}/{b:\\\\}")).containsExactly(
				new PathVariable("a", "x\\{y\\}", "{a:x\\{y\\}}"), new PathVariable("b", "\\\\", "{b:\\\\}"));
	}

	@Test
	void aRegularExpressionMayHaveColons() {
		assertThat(PathVariable.in("/{a:(?:b|c)}")).containsExactly(new PathVariable("a", "(?:b|c)", "{a:(?:b|c)}"));
	}

	@Test
	void findsTheRestOfThePath() {
		assertThat(PathVariable.in("/files/{*rest}")).containsExactly(new PathVariable("rest", null, "{*rest}"));
	}

}
