package dev.channels;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link ConnectionRejectedException}.
 */
class ConnectionRejectedExceptionTests {

	@ParameterizedTest
	@ValueSource(ints = { 400, 429, 500, 599 })
	void takesErrorStatuses(int status) {
		ConnectionRejectedException exception = new ConnectionRejectedException(status);
		assertThat(exception.status()).isEqualTo(status);
		assertThat(exception.headers().isEmpty()).isTrue();
		assertThat(exception).hasMessage("Connection rejected with status " + status);
	}

	@ParameterizedTest
	@ValueSource(ints = { Integer.MIN_VALUE, 0, 101, 200, 302, 399, 600, 4001 })
	void refusesOtherStatuses(int status) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ConnectionRejectedException(status))
			.withMessage("A connection is rejected with a status from 400 to 599, not " + status);
	}

	@Test
	void carriesHeaders() {
		HttpHeaders headers = new HttpHeaders();
		headers.add("Retry-After", "7");
		assertThat(new ConnectionRejectedException(429, headers).headers().getFirst("Retry-After")).isEqualTo("7");
	}

}
