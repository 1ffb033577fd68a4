package dev.channels.websocket;

import java.net.InetSocketAddress;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link RemoteAddress}.
 */
class RemoteAddressTests {

	@ParameterizedTest
	@ValueSource(strings = { "192.0.2.1", "0.0.0.0", "255.255.255.255", "2001:db8::1", "::1" })
	void literalsAreResolved(String address) {
		assertThat(of(address).isUnresolved()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "some.host.example", "localhost", "256.0.0.1", "1.2.3", "1.2.3.4.5", "unknown", "_hidden",
			"a:b:c", "" })
	void namesAreNotLookedUp(String name) {
		InetSocketAddress address = of(name);
		assertThat(address.isUnresolved()).isTrue();
		assertThat(address.getHostString()).isEqualTo(name);
	}

	@Test
	void keepsThePort() {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setRemoteAddr("192.0.2.1");
		request.setRemotePort(4711);
		assertThat(RemoteAddress.of(request)).isEqualTo(new InetSocketAddress("192.0.2.1", 4711));
	}

	private static InetSocketAddress of(String address) {
		MockHttpServletRequest request = new MockHttpServletRequest();
		request.setRemoteAddr(address);
		return RemoteAddress.of(request);
	}

}
