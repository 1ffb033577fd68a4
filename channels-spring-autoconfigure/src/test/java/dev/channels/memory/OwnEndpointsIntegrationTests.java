package dev.channels.memory;

import dev.channels.Consumer;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is done about the memory of our connections is nothing to WebSocket endpoints that
 * the application has beside them: their messages may be as large as the server allows.
 */
class OwnEndpointsIntegrationTests {

	private static final String LARGE = "ä".repeat(8000);

	@ParameterizedTest
	@ValueSource(strings = { "/spring", "/jakarta", "/channels" })
	void takeAndSendMessagesOfTheUsualSize(String path) throws Exception {
		try (TestServer server = TestServer.with(Endpoints.class, EchoConsumer.class)
			.route("/channels", "echo")
			.start(); RawClient client = RawClient.open(server, path)) {
			client.send(LARGE);
			assertThat(client.readText()).isEqualTo(LARGE);
		}
	}

	@Consumer("echo")
	static class EchoConsumer {

		@OnReceive
		String receive(String text) {
			return text;
		}

	}

	@ServerEndpoint("/jakarta")
	public static class EchoEndpoint {

		@OnMessage
		public String message(String text) {
			return text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableWebSocket
	static class Endpoints implements WebSocketConfigurer {

		@Bean
		ServerEndpointExporter endpointExporter() {
			return new ServerEndpointExporter();
		}

		@Bean
		EchoEndpoint echoEndpoint() {
			return new EchoEndpoint();
		}

		@Override
		public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
			registry.addHandler(new TextWebSocketHandler() {
				@Override
				protected void handleTextMessage(WebSocketSession session, TextMessage message) throws Exception {
					session.sendMessage(message);
				}
			}, "/spring");
		}

	}

}
