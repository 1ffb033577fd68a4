package dev.channels.routing;

import java.util.ArrayList;
import java.util.List;

import dev.channels.ConnectionSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PathRoute}.
 */
class PathRouteTests {

	@Test
	void matchesWithAndWithoutATrailingSlash() {
		assertThat(route("/ws/chat").patterns()).containsExactly("/ws/chat", "/ws/chat/");
		assertThat(route("/ws/chat/").patterns()).containsExactly("/ws/chat", "/ws/chat/");
		assertThat(route("/ws/{room}").patterns()).containsExactly("/ws/{room}", "/ws/{room}/");
		assertThat(route("/ws/{room:[^/]+}/").patterns()).containsExactly("/ws/{room:[^/]+}", "/ws/{room:[^/]+}/");
		assertThat(route("/ws/*").patterns()).containsExactly("/ws/*", "/ws/*/");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/ws/**", "/**", "/ws/{*rest}", "/{*rest}" })
	void aPatternThatTakesTheSlashAnywayIsRegisteredOnce(String path) {
		assertThat(route(path).patterns()).containsExactly(path);
	}

	@Test
	void aRegularExpressionWithAnAsteriskIsNotTheRestOfThePath() {
		assertThat(route("/ws/{room:\\w*}").patterns()).hasSize(2);
		assertThat(route("/ws/{room:.*}").patterns()).hasSize(2);
	}

	@Test
	void knowsItsVariables() {
		assertThat(route("/{a}/{b:\\d{2}}/{*rest}").variables()).containsExactly("a", "b", "rest");
		assertThat(route("/ws").variables()).isEmpty();
	}

	@Test
	void keepsCopiesOfItsLists() {
		List<String> origins = new ArrayList<>(List.of("https://a.example"));
		List<String> subprotocols = new ArrayList<>(List.of("v1"));
		PathRoute route = new PathRoute("channels.routes[0]", "/ws", "chat", origins, subprotocols,
				ConnectionSettings.defaults());
		origins.clear();
		subprotocols.clear();
		assertThat(route.allowedOrigins()).containsExactly("https://a.example");
		assertThat(route.subprotocols()).containsExactly("v1");
	}

	private static PathRoute route(String path) {
		return new PathRoute("channels.routes[0]", path, "chat", List.of(), List.of(), ConnectionSettings.defaults());
	}

}
