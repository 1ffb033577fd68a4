package dev.channels.connection;

import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

import dev.channels.ChannelFullException;
import dev.channels.ChannelLayerException;
import dev.channels.ConnectionRejectedException;
import dev.channels.InvalidMessageException;
import dev.channels.InvalidNameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.server.ResponseStatusException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class RefusalStatusTests {

	@ParameterizedTest
	@MethodSource
	void exceptionsHaveTheStatusThatTheyHaveInAController(Throwable failure, int expected) {
		assertThat(RefusalStatus.of(failure)).extracting((it) -> it.status().value()).isEqualTo(expected);
	}

	static Stream<Arguments> exceptionsHaveTheStatusThatTheyHaveInAController() {
		return Stream.of(arguments(new ConnectionRejectedException(429), 429),
				arguments(new ResponseStatusException(HttpStatus.NOT_FOUND), 404),
				arguments(new ErrorResponseException(HttpStatus.CONFLICT), 409), arguments(new Gone(), 410),
				arguments(new GoneForGood(), 410), arguments(new AccessDeniedException("no"), 403),
				arguments(new AuthorizationDeniedException("no", new AuthorizationDecision(false)), 403),
				arguments(new BadCredentialsException("no"), 401), arguments(new InvalidNameException("no"), 400),
				arguments(new InvalidMessageException(1008, "no", null), 400),
				arguments(new ChannelLayerException("away"), 503), arguments(new ChannelFullException("c", 1), 503),
				arguments(new CompletionException(new IllegalStateException(new Gone())), 410));
	}

	@Test
	void otherExceptionsAreErrorsOfTheApplication() {
		assertThat(RefusalStatus.of(new IllegalStateException())).isNull();
		assertThat(RefusalStatus.of(new ResponseStatusException(HttpStatus.FOUND))).isNull();
	}

	@Test
	void headersComeWithTheStatus() {
		HttpHeaders headers = new HttpHeaders();
		headers.set("Retry-After", "3");
		assertThat(RefusalStatus.of(new ConnectionRejectedException(503, headers)))
			.isEqualTo(new RefusalStatus(HttpStatus.SERVICE_UNAVAILABLE, headers));
	}

	@Test
	void causesThatAreARingHaveAnEnd() {
		Exception first = new IllegalStateException();
		Exception second = new IllegalStateException(first);
		first.initCause(second);
		assertThat(RefusalStatus.of(first)).isNull();
	}

	@ResponseStatus(HttpStatus.GONE)
	static class Gone extends RuntimeException {

	}

	static class GoneForGood extends Gone {

	}

}
