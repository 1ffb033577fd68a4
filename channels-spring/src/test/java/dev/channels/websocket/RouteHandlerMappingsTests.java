package dev.channels.websocket;

import java.util.Arrays;
import java.util.List;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Consumer;
import dev.channels.connection.ConnectionExecutors;
import dev.channels.connection.ConnectionManager;
import dev.channels.consumer.TestContext;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.Ordered;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.support.GenericWebApplicationContext;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.AbstractHandlerMapping;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link RouteHandlerMappings}.
 */
class RouteHandlerMappingsTests {

	private final TestContext test = new TestContext(Chat.class);

	private final ConnectionExecutors executors = new ConnectionExecutors(false, 1, 1);

	private final ConnectionManager connections = new ConnectionManager(this.executors, TestContext.MAPPER,
			this.test.layer.drops);

	@AfterEach
	void close() {
		this.test.close();
		this.executors.close();
	}

	@Test
	void handshakesComeBeforeControllersAndTheAnswerAfterThem() {
		assertThat(handshakes("/ws").getOrder()).isLessThan(-1);
		assertThat(((Ordered) RouteHandlerMappings.upgradeRequired(table("/ws"), List.of())).getOrder()).isPositive()
			.isLessThan(Ordered.LOWEST_PRECEDENCE - 1);
	}

	@Test
	void registersEachPathWithAndWithoutATrailingSlash() {
		assertThat(handshakes("/ws/{room}", "/files/**").getUrlMap()).containsOnlyKeys("/ws/{room}", "/ws/{room}/",
				"/files/**");
	}

	@Test
	void takesHandshakesOnly() throws Exception {
		WebSocketHandlerMapping mapping = handshakes("/ws/{room}");
		initialize(mapping);
		assertThat(handlerOf(mapping, handshake("GET", "/ws/lobby"))).isNotNull();
		assertThat(handlerOf(mapping, handshake("GET", "/ws/lobby/"))).isNotNull();
		assertThat(handlerOf(mapping, handshake("POST", "/ws/lobby"))).isNull();
		assertThat(handlerOf(mapping, handshake("GET", "/other"))).isNull();
		assertThat(handlerOf(mapping, new MockHttpServletRequest("GET", "/ws/lobby"))).isNull();
	}

	@Test
	void answersWhatIsNoHandshake() throws Exception {
		AbstractHandlerMapping mapping = (AbstractHandlerMapping) RouteHandlerMappings
			.upgradeRequired(table("/ws/{room}"), List.of());
		initialize(mapping);
		assertThat(handlerOf(mapping, new MockHttpServletRequest("GET", "/ws/lobby")).getHandler())
			.isInstanceOf(UpgradeRequiredHandler.class);
		assertThat(handlerOf(mapping, new MockHttpServletRequest("POST", "/ws/lobby/"))).isNotNull();
		assertThat(handlerOf(mapping, new MockHttpServletRequest("GET", "/ws"))).isNull();
	}

	@Test
	void withoutRoutesNothingIsTaken() throws Exception {
		WebSocketHandlerMapping mapping = handshakes();
		initialize(mapping);
		assertThat(handlerOf(mapping, handshake("GET", "/"))).isNull();
	}

	@Test
	void routesAreChecked() {
		RouteTable routes = new RouteTable(List.of(TestContext.path("/ws", "chta")), List.of());
		assertThatExceptionOfType(ChannelsConfigurationException.class)
			.isThrownBy(() -> RouteHandlerMappings.handshakes(routes, this.test.consumers(), this.connections,
					this.executors, false, List.of()))
			.withMessage("channels.routes[0].consumer: no consumer named 'chta'; did you mean 'chat'?");
	}

	private WebSocketHandlerMapping handshakes(String... paths) {
		return RouteHandlerMappings.handshakes(table(paths), this.test.consumers(), this.connections, this.executors,
				false, List.of());
	}

	private static RouteTable table(String... paths) {
		List<PathRoute> routes = Arrays.stream(paths).map((path) -> TestContext.path(path, "chat")).toList();
		return new RouteTable(routes, List.of());
	}

	private static void initialize(AbstractHandlerMapping mapping) {
		GenericWebApplicationContext context = new GenericWebApplicationContext(new MockServletContext());
		context.refresh();
		mapping.setApplicationContext(context);
	}

	private static MockHttpServletRequest handshake(String method, String path) {
		MockHttpServletRequest request = new MockHttpServletRequest(method, path);
		request.addHeader("Connection", "Upgrade");
		request.addHeader("Upgrade", "websocket");
		return request;
	}

	private static HandlerExecutionChain handlerOf(HandlerMapping mapping, MockHttpServletRequest request)
			throws Exception {
		ServletRequestPathUtils.parseAndCache(request);
		return mapping.getHandler(request);
	}

	@Consumer("chat")
	static class Chat {

	}

}
