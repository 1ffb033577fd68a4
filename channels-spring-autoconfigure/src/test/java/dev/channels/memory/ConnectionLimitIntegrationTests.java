package dev.channels.memory;

import java.util.ArrayList;
import java.util.List;

import dev.channels.Consumer;
import dev.channels.OnReceive;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who comes near the number of connections that Tomcat accepts is told before clients
 * wait without an answer. Jetty has no such limit by default.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionLimitIntegrationTests {

	private static final String PROPERTY = "server.tomcat.max-connections";

	@Test
	void theLimitIsToldOfBeforeItIsReached(CapturedOutput output) throws Exception {
		try (TestServer server = TestServer.with(Silent.class)
			.route("/ws", "silent")
			.property(PROPERTY + "=20")
			.start()) {
			List<RawClient> clients = new ArrayList<>();
			try {
				// Tomcat counts one more than there are while it waits for the next
				for (int i = 0; i < 16; i++) {
					clients.add(RawClient.open(server, "/ws"));
				}
				assertThat(output).doesNotContain(PROPERTY);
				clients.add(RawClient.open(server, "/ws"));
				clients.add(RawClient.open(server, "/ws"));
				if (server.serverName().equals("tomcat")) {
					assertThat(output).contains("Nine tenths of the 20 connections that Tomcat accepts at port "
							+ server.port() + " are open. When none is left, whoever comes waits without an answer, "
							+ "with plain requests as well: raise " + PROPERTY);
				}
				else {
					assertThat(output).doesNotContain(PROPERTY);
				}
			}
			finally {
				for (RawClient client : clients) {
					client.close();
				}
			}
		}
	}

	@Consumer("silent")
	static class Silent {

		@OnReceive
		void receive(String text) {
		}

	}

}
