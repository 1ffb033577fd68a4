package dev.channels.autoconfigure;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Consumer;
import dev.channels.OnReceive;
import dev.channels.test.TestServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of {@link ServletServer}.
 */
class ServletServerTests {

	@Test
	void serverWithoutWebSocketStopsTheStart() {
		TestServer.Builder server = TestServer.with(Echo.class, WithoutWebSocket.class)
			.route("/ws", "echo")
			.property("spring.autoconfigure.exclude="
					+ "org.springframework.boot.jetty.autoconfigure.servlet.JettyServletWebServerAutoConfiguration");
		assertThatThrownBy(server::start).isInstanceOf(ChannelsConfigurationException.class)
			.hasMessageContaining("this server, Apache Tomcat/");
	}

	@ParameterizedTest
	@CsvSource({ "native,true", "NATIVE,true", "framework,false", "none,false" })
	void serverReadsForwardedHeadersIfToldSo(String strategy, boolean expected) {
		MockEnvironment environment = new MockEnvironment().withProperty("server.forward-headers-strategy", strategy);
		assertThat(ServletServer.readsForwardedHeaders(environment)).isEqualTo(expected);
	}

	@Test
	void serverReadsForwardedHeadersInTheCloud() {
		assertThat(ServletServer.readsForwardedHeaders(new MockEnvironment())).isFalse();
		MockEnvironment environment = new MockEnvironment().withProperty("spring.main.cloud-platform", "kubernetes");
		assertThat(ServletServer.readsForwardedHeaders(environment)).isTrue();
	}

	@Consumer("echo")
	static class Echo {

		@OnReceive
		String receive(String text) {
			return text;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WithoutWebSocket {

		/**
		 * As if Tomcat's WebSocket support was not there.
		 */
		@Bean
		static BeanFactoryPostProcessor removesWebSocket() {
			return (factory) -> ((BeanDefinitionRegistry) factory).removeBeanDefinition("webSocketWebServerCustomizer");
		}

	}

}
