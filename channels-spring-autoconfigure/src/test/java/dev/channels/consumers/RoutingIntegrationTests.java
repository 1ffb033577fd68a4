package dev.channels.consumers;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.SendTo;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.handler.TextWebSocketHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Routes beside each other, and beside everything else that an application has.
 */
class RoutingIntegrationTests {

	private static TestServer server;

	private final HttpClient http = HttpClient.newHttpClient();

	@BeforeAll
	static void start() {
		server = TestServer.with(Where.class, Pages.class, OwnSockets.class, Broker.class, BrokerController.class)
			.route("/ws/{any}", "where")
			.route("/ws/special", "where")
			.route("/ws/number/{id:\\d{2,4}}", "where")
			.route("/ws/tree/**", "where")
			.route("/ws/rest/{*path}", "where")
			.route("/ws/choice/{room:(?:red|blue)}", "where")
			.route("/page", "where")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			/ws/x              | {any=x}
			/ws/x/             | {any=x}
			/ws/a%20%E2%82%AC  | {any=a €}
			/ws/special        | {}
			/ws/special/       | {}
			/ws/number/12      | {id=12}
			/ws/number/1234/   | {id=1234}
			/ws/tree           | {any=tree}
			/ws/tree/a/b       | {}
			/ws/rest/a/b       | {path=/a/b}
			/ws/choice/red     | {room=red}
			/page              | {}
			""")
	void pathsAreMatched(String path, String variables) throws Exception {
		try (RawClient client = RawClient.open(server, path)) {
			assertThat(client.readText()).isEqualTo(variables);
		}
	}

	@ParameterizedTest
	@CsvSource({ "/ws/number/1", "/ws/number/12345", "/ws/number/ab", "/ws/choice/green", "/ws/x/y" })
	void otherPathsAreNot(String path) throws Exception {
		try (RawClient client = RawClient.request(server, path)) {
			assertThat(client.status()).isEqualTo(404);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.servlet.context-path=/app", "spring.mvc.servlet.path=/app" })
	void pathsBelowAnotherPath(String property) throws Exception {
		try (TestServer below = TestServer.with(Where.class).property(property).route("/ws/{any}", "where").start();
				RawClient client = RawClient.open(below, "/app/ws/a%20%E2%82%AC")) {
			assertThat(client.readText()).isEqualTo("{any=a €}");
		}
	}

	@Test
	void pageAndSocketShareAPath() throws Exception {
		assertThat(get("/page").body()).isEqualTo("the page");
		assertThat(get("/page/").statusCode()).isEqualTo(426);
	}

	@Test
	void catchAllControllerDoesNotSwallowHandshakes() throws Exception {
		assertThat(get("/any/thing").body()).isEqualTo("catch-all");
	}

	@Test
	void ownWebSocketHandlerStillWorks() throws Exception {
		try (RawClient client = RawClient.open(server, "/own")) {
			assertThat(client.send("hi").readText()).isEqualTo("own hi");
		}
		assertThat(get("/own").statusCode()).isEqualTo(400);
	}

	@Test
	void stompBrokerStillWorks() throws Exception {
		try (RawClient client = RawClient.open(server, "/stomp")) {
			client.send("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0");
			assertThat(client.readText()).startsWith("CONNECTED");
			client.send("SUBSCRIBE\nid:1\ndestination:/topic/out\nreceipt:sub\n\n\0");
			client.send("SEND\ndestination:/app/in\ncontent-type:text/plain\n\nhello\0");
			assertThat(client.readText()).startsWith("MESSAGE").contains("broker hello");
		}
	}

	private HttpResponse<String> get(String path) throws Exception {
		return this.http.send(HttpRequest.newBuilder(server.http(path)).build(), HttpResponse.BodyHandlers.ofString());
	}

	@Consumer("where")
	static class Where {

		@OnConnect
		String connect(Connection connection) {
			return connection.pathVariables().toString();
		}

	}

	@RestController
	static class Pages {

		@GetMapping("/page")
		String page() {
			return "the page";
		}

		@GetMapping("/any/**")
		String catchAll() {
			return "catch-all";
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	static class OwnSockets implements WebSocketConfigurer {

		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			registry.addHandler(new TextWebSocketHandler() {
				@Override
				protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
					session.sendMessage(new TextMessage("own " + message.getPayload()));
				}
			}, "/own");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSocketMessageBroker
	static class Broker implements WebSocketMessageBrokerConfigurer {

		@Override
		public void configureMessageBroker(MessageBrokerRegistry registry) {
			registry.enableSimpleBroker("/topic");
			registry.setApplicationDestinationPrefixes("/app");
		}

		@Override
		public void registerStompEndpoints(StompEndpointRegistry registry) {
			registry.addEndpoint("/stomp");
		}

	}

	@Controller
	static class BrokerController {

		@MessageMapping("/in")
		@SendTo("/topic/out")
		String in(String text) {
			return "broker " + text;
		}

	}

}
