package dev.channels.websocket;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link UpgradeRequiredHandler}.
 */
class UpgradeRequiredHandlerTests {

	@ParameterizedTest
	@ValueSource(strings = { "GET", "HEAD" })
	void asksForAnUpgrade(String method) throws Exception {
		MockHttpServletResponse response = answer(method);
		assertThat(response.getStatus()).isEqualTo(426);
		assertThat(response.getHeader("Upgrade")).isEqualTo("websocket");
		assertThat(response.getHeader("Connection")).isEqualTo("Upgrade");
		assertThat(response.getContentType()).startsWith("text/plain");
		assertThat(response.getContentAsString()).isEqualTo("This is a WebSocket endpoint.\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get" })
	void doesNotAllowOtherMethods(String method) throws Exception {
		MockHttpServletResponse response = answer(method);
		assertThat(response.getStatus()).isEqualTo(405);
		assertThat(response.getHeader("Allow")).isEqualTo("GET");
		assertThat(response.getHeader("Upgrade")).isNull();
		assertThat(response.getContentAsString()).isEmpty();
	}

	private static MockHttpServletResponse answer(String method) throws Exception {
		MockHttpServletResponse response = new MockHttpServletResponse();
		new UpgradeRequiredHandler().handleRequest(new MockHttpServletRequest(method, "/ws"), response);
		return response;
	}

}
