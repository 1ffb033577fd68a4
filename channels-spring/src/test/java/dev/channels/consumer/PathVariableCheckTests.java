package dev.channels.consumer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

import dev.channels.Connection;
import dev.channels.ConnectionSettings;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.env.MapPropertySource;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.web.bind.annotation.PathVariable;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link PathVariableCheck}.
 */
class PathVariableCheckTests {

	private static final String HERE = PathVariableCheckTests.class.getName() + "$";

	private final TestContext test = new TestContext(Required.class, Named.class, Throwing.class, OnlyAtTimes.class,
			OrNull.class, Wrapped.class, Custom.class);

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void refusesAVariableThatThePathDoesNotHave() {
		assertRefused(() -> serve("required", "/ws/{rom}/{page}"),
				"Consumer 'required' takes the path variable 'room' (@OnConnect handler " + HERE
						+ "Required.connect, parameter 1 'room'), but channels.routes[0].path '/ws/{rom}/{page}' has no "
						+ "variable 'room'; did you mean 'rom'?",
				"Variables of this path are [rom, page]. Add {room} to the path, or write @PathVariable(required = "
						+ "false) if only other paths have it.");
	}

	@Test
	void refusesAPathWithoutVariables() {
		assertRefused(() -> serve("required", "/ws"),
				"Consumer 'required' takes the path variable 'room' (@OnConnect handler " + HERE
						+ "Required.connect, parameter 1 'room'), but channels.routes[0].path '/ws' has no variable "
						+ "'room'",
				"Add {room} to the path, or write @PathVariable(required = false) if only other paths have it.");
	}

	@Test
	void eachPathNeedsWhatIsRequired() {
		assertRefused(() -> serve("required", "/a/{room}", "/b/{name}"),
				"Consumer 'required' takes the path variable 'room' (@OnConnect handler " + HERE
						+ "Required.connect, parameter 1 'room'), but channels.routes[1].path '/b/{name}' has no variable "
						+ "'room'",
				"Variables of this path are [name]. Add {room} to the path, or write @PathVariable(required = false) if "
						+ "only other paths have it.");
		assertThatCode(() -> serve("required", "/a/{room:[a-z]+}", "/b/{*room}")).doesNotThrowAnyException();
	}

	@Test
	void aNameCanBeAPlaceholder() {
		this.test.context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("test", Map.of("name-of-the-variable", "room")));
		assertRefused(() -> serve("named", "/ws/{number}"),
				"Consumer 'named' takes the path variable 'room' (@OnReceive handler " + HERE
						+ "Named.receive, parameter 0 'number'), but channels.routes[0].path '/ws/{number}' has no "
						+ "variable 'room'",
				"Variables of this path are [number]. Add {room} to the path, or write @PathVariable(required = false) "
						+ "if only other paths have it.");
		assertThatCode(() -> serve("named", "/ws/{room}")).doesNotThrowAnyException();
	}

	@Test
	void handlersOfExceptionsAreChecked() {
		assertRefused(() -> serve("throwing", "/ws"),
				"Consumer 'throwing' takes the path variable 'room' (@MessageExceptionHandler handler " + HERE
						+ "Throwing.handle, parameter 1 'room'), but channels.routes[0].path '/ws' has no variable "
						+ "'room'",
				"Add {room} to the path, or write @PathVariable(required = false) if only other paths have it.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "only-at-times", "nullable", "wrapped" })
	void whatIsOptionalMayBeMissingOnSomePaths(String consumer) {
		assertThatCode(() -> serve(consumer, "/a", "/b/{room}")).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "OnlyAtTimes only-at-times", "OrNull nullable", "Wrapped wrapped" })
	void refusesAnOptionalVariableThatNoPathHas(String names) {
		String type = names.split(" ")[0];
		String consumer = names.split(" ")[1];
		assertRefused(() -> serve(consumer, "/a/{page}", "/b/{rooms}"),
				"Consumer '" + consumer + "' takes the path variable 'room' (@OnEvent handler " + HERE + type
						+ ".event, parameter 0 'room'), but channels.routes[0].path '/a/{page}' and "
						+ "channels.routes[1].path '/b/{rooms}' have no variable 'room'; did you mean 'rooms'?",
				"Variables of these paths are [page, rooms]. Add {room} to a path, or remove the parameter.");
		assertRefused(() -> serve(consumer, "/a"),
				"Consumer '" + consumer + "' takes the path variable 'room' (@OnEvent handler " + HERE + type
						+ ".event, parameter 0 'room'), but channels.routes[0].path '/a' has no variable 'room'",
				"Add {room} to a path, or remove the parameter.");
	}

	@Test
	void whatAResolverOfTheApplicationResolvesIsItsOwnAffair() {
		this.test.configurer(new ChannelsConfigurer() {
			@Override
			public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
				resolvers.add(new TypeResolver(StringBuilder.class, (parameter, message) -> new StringBuilder()));
			}
		});
		assertThatCode(() -> serve("custom", "/ws")).doesNotThrowAnyException();
	}

	private void serve(String consumer, String... paths) {
		List<PathRoute> routes = IntStream.range(0, paths.length)
			.mapToObj((i) -> new PathRoute("channels.routes[" + i + "]", paths[i], consumer, List.of(), List.of(),
					ConnectionSettings.defaults()))
			.toList();
		RouteTable table = new RouteTable(routes, List.of());
		routes.forEach((route) -> this.test.consumers().serve(route, table));
	}

	@Consumer("required")
	static class Required {

		@OnConnect
		void connect(Connection connection, @PathVariable String room) {
		}

	}

	@Consumer("named")
	static class Named {

		@OnReceive
		void receive(@PathVariable("${name-of-the-variable}") int number, String text) {
		}

	}

	@Consumer("throwing")
	static class Throwing {

		@MessageExceptionHandler
		void handle(IllegalStateException ex, @PathVariable String room) {
		}

	}

	@Consumer("only-at-times")
	static class OnlyAtTimes {

		@OnEvent("event")
		void event(@PathVariable(required = false) String room) {
		}

	}

	@Consumer("nullable")
	static class OrNull {

		@OnEvent("event")
		void event(@PathVariable @Nullable String room) {
		}

	}

	@Consumer("wrapped")
	static class Wrapped {

		@OnEvent("event")
		void event(@PathVariable Optional<String> room) {
		}

	}

	@Consumer("custom")
	static class Custom {

		@OnConnect
		void connect(@PathVariable StringBuilder room) {
		}

	}

}
