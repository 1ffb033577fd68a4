package dev.channels.edge;

import java.util.concurrent.TimeUnit;

import dev.channels.test.Frame;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Connectors of Tomcat that are not the usual one: writes by way of Tomcat, which block.
 */
class TomcatConnectorsIntegrationTests {

	@ParameterizedTest
	@ValueSource(classes = { Nio2.class, WithoutAsyncIo.class })
	void serveAsTheUsualOne(Class<?> customizer) throws Exception {
		try (TestServer server = TestServer.with(SendingEcho.class, customizer)
			.route("/ws", "echo", "connection.outbound-limit=50MB")
			.start()) {
			try (RawClient client = RawClient.open(server, "/ws")) {
				assertThat(client.send("echo").readText()).isEqualTo("echo");
				client.send(Frame.PING, true, new byte[] { 7 });
				assertThat(client.readFrame().payload()).containsExactly(7);
				client.send("send 4000");
				for (int i = 0; i < 4000; i++) {
					assertThat(client.readText()).startsWith(i + "x").hasSizeGreaterThan(4000);
				}
				assertThat(client.readClose().closeCode()).isEqualTo(4000);
			}
			try (RawClient client = RawClient.open(server, "/ws")) {
				client.sendClose(4001, "");
				assertThat(client.readClose().closeCode()).isEqualTo(4001);
				assertThat(client.bytesToEnd()).isZero();
			}
			await().atMost(10, TimeUnit.SECONDS).untilAsserted(() -> assertThat(server.connections()).isZero());
		}
	}

	static class Nio2 implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

		@Override
		public void customize(TomcatServletWebServerFactory factory) {
			factory.setProtocol("org.apache.coyote.http11.Http11Nio2Protocol");
		}

	}

	static class WithoutAsyncIo implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

		@Override
		public void customize(TomcatServletWebServerFactory factory) {
			factory.addConnectorCustomizers((connector) -> connector.setProperty("useAsyncIO", "false"));
		}

	}

}
