package dev.channels.websocket;

import dev.channels.ChannelsConfigurationException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.web.MockServletContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link ServletContainer}.
 */
class ServletContainerTests {

	@ParameterizedTest
	@CsvSource({ "Apache Tomcat/11.0.27,org.apache.tomcat.embed:tomcat-embed-websocket",
			"jetty/12.1.14,org.eclipse.jetty.ee11.websocket:jetty-ee11-websocket-jetty-server",
			"WildFly 40,Use one of these" })
	void serverWithoutWebSocketStopsTheStart(String server, String help) {
		MockServletContext context = new MockServletContext() {

			@Override
			public String getServerInfo() {
				return server;
			}

		};
		assertThatExceptionOfType(ChannelsConfigurationException.class)
			.isThrownBy(() -> ServletContainer.requireWebSocket(context))
			.withMessage("channels.routes: a route with a path opens WebSockets, which works in Tomcat 11 and Jetty "
					+ "12.1 with their WebSocket support; this server, " + server + ", is none of these or lacks it")
			.satisfies((ex) -> assertThat(ex.action()).contains(help));
	}

}
