package dev.channels.routing;

import java.util.ArrayList;
import java.util.List;

import dev.channels.ChannelsConfigurationException;
import dev.channels.ConnectionSettings;
import dev.channels.RetryPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RouteTable}.
 */
class RouteTableTests {

	@Test
	void keepsRoutesInTheirOrder() {
		PathRoute chat = path(0, "/ws/chat");
		PathRoute news = path(1, "/ws/news");
		WorkerRoute mail = worker(2, "mail");
		List<PathRoute> paths = new ArrayList<>(List.of(news, chat));
		RouteTable table = new RouteTable(paths, List.of(mail));
		paths.clear();
		assertThat(table.paths()).containsExactly(news, chat);
		assertThat(table.workers()).containsExactly(mail);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/{room", "/ws/room}", "/ws/{1a}", "/ws/{a:[}", "/ws/{*rest}/more", "/ws/{a}/{a}",
			"/ws/**x/{" })
	void refusesWhatIsNoPattern(String path) {
		assertThatExceptionOfType(ChannelsConfigurationException.class).isThrownBy(() -> table(path))
			.withMessageStartingWith("channels.routes[0].path: '" + path + "' is no path pattern: ")
			.satisfies((ex) -> assertThat(ex.action())
				.isEqualTo("Write a pattern such as /ws/chat/{room} or /ws/chat/{room:[\\w-]+}."))
			.havingCause();
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';',
			value = { "(a|b); (?:a|b)", "(?<kind>a|b); (?:a|b)", "x(a)y(?<k1>b); x(?:a)y(?:b)", "((a)b); (?:(?:a)b)",
					"\\(x\\)(a); \\(x\\)(?:a)", "(?:x)(a); (?:x)(?:a)", "(?=x)(a); (?=x)(?:a)", "(a){2}; (?:a){2}",
					"(?<!x)(a); (?<!x)(?:a)", "(?i)(a); (?i)(?:a)" })
	void refusesCaptureGroupsAndSuggestsOnesThatDoNotCapture(String regex, String suggestion) {
		assertThatExceptionOfType(ChannelsConfigurationException.class)
			.isThrownBy(() -> table("/ws/{id}/{room:" + regex + "}"))
			.withMessage("channels.routes[0].path: the variable {room:" + regex + "} has a capture group, which "
					+ "Spring's path patterns do not support")
			.satisfies((ex) -> assertThat(ex.action())
				.isEqualTo("Write a group that does not capture: {room:" + suggestion + "}."));
		assertThatCode(() -> table("/ws/{id}/{room:" + suggestion + "}")).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/{a:(?:x|y)}", "/ws/{a:\\(x\\)}", "/ws/{a:[(]x}", "/ws/{a:\\d{4}}", "/ws/{*rest}" })
	void takesWhatOnlyLooksLikeACaptureGroup(String path) {
		assertThatCode(() -> table(path)).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@CsvSource({ "/ws/chat, /ws/chat", "/ws/chat, /ws/chat/", "/ws/chat/, /ws/chat", "/ws/{a}, /ws/{b}",
			"/ws/{a}/x, /ws/{b}/x/", "/ws/{a:\\d+}, /ws/{b:\\d+}", "/ws/{*a}, /ws/{*b}", "/ws/{*a}, /ws/**",
			"/{a}/{b}, /{b}/{a}" })
	void refusesTwoRoutesForTheSamePaths(String first, String second) {
		assertThatExceptionOfType(ChannelsConfigurationException.class).isThrownBy(() -> table(first, second))
			.withMessage("channels.routes[1].path: '" + second + "' matches the same paths as '" + first
					+ "' of channels.routes[0]")
			.satisfies((ex) -> assertThat(ex.action())
				.isEqualTo("Remove one of the two routes, or make their paths different."));
	}

	@ParameterizedTest
	@CsvSource({ "/ws/chat, /ws/chats", "/ws/{a}, /ws/lobby", "/ws/{a}, /ws/{a:\\d+}", "/ws/{a:\\d+}, /ws/{a:\\w+}",
			"/ws/{a}, /ws/{a}/x", "/ws/{a}, /ws/{*a}", "/, /ws" })
	void takesRoutesForDifferentPaths(String first, String second) {
		assertThat(table(first, second).paths()).hasSize(2);
	}

	@Test
	void refusesTwoRoutesForTheSameChannel() {
		assertThatExceptionOfType(ChannelsConfigurationException.class)
			.isThrownBy(
					() -> new RouteTable(List.of(), List.of(worker(0, "mail"), worker(1, "post"), worker(2, "mail"))))
			.withMessage("channels.routes[2].channel: 'mail' is routed by channels.routes[0] already")
			.satisfies((ex) -> assertThat(ex.action())
				.isEqualTo("Remove one of the two routes; for more workers raise its concurrency."));
	}

	@Test
	void aPathAndAChannelDoNotMeet() {
		assertThatCode(() -> new RouteTable(List.of(path(0, "mail")), List.of(worker(1, "mail"))))
			.doesNotThrowAnyException();
	}

	private static RouteTable table(String... paths) {
		List<PathRoute> routes = new ArrayList<>();
		for (String path : paths) {
			routes.add(path(routes.size(), path));
		}
		return new RouteTable(routes, List.of());
	}

	private static PathRoute path(int index, String path) {
		return new PathRoute("channels.routes[" + index + "]", path, "chat", List.of(), List.of(),
				ConnectionSettings.defaults());
	}

	private static WorkerRoute worker(int index, String channel) {
		return new WorkerRoute("channels.routes[" + index + "]", channel, "chat", 1, RetryPolicy.defaults());
	}

}
