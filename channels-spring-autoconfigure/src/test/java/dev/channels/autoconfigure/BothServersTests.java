package dev.channels.autoconfigure;

import dev.channels.Consumer;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * With the classes of both servers present, the one that runs is recognised.
 */
class BothServersTests {

	@ParameterizedTest
	@CsvSource({ "tomcat, org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration",
			"jetty, org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration" })
	void runningServerIsRecognised(String name, String other) throws Exception {
		try (TestServer server = TestServer.with(Echo.class)
			.route("/ws", "echo")
			.property("spring.autoconfigure.exclude=" + other)
			.start(); RawClient client = RawClient.open(server, "/ws")) {
			assertThat(server.serverClass().toLowerCase()).contains(name);
			assertThat(client.send("hi").readText()).isEqualTo("hi");
		}
	}

	@Consumer("echo")
	static class Echo {

		@OnReceive
		String receive(String text) {
			return text;
		}

	}

}
