package dev.channels.connection;

import java.util.List;
import java.util.Map;

import dev.channels.InvalidNameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpHeaders;
import org.springframework.util.MultiValueMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link HandshakeDecision}.
 */
class HandshakeDecisionTests {

	private static final String BEFORE = " before (an @OnConnect handler that returns accepts)";

	private final HandshakeDecision decision = new HandshakeDecision(Handshakes.offering(List.of("v1", "v2"), "v1"));

	@Test
	void acceptsUnlessThereIsADecision() {
		HandshakeResult result = this.decision.complete();
		assertThat(result.accepted()).isTrue();
		assertThat(result.status()).isEqualTo(101);
		assertThat(result.subprotocol()).isEqualTo("v1");
		assertThat(result.headers().isEmpty()).isTrue();
	}

	@Test
	void completesOnce() {
		assertThat(this.decision.complete()).isSameAs(this.decision.complete());
	}

	@Test
	void acceptsWithTheAgreedSubprotocol() {
		this.decision.accept(null, HttpHeaders.EMPTY);
		assertThat(this.decision.complete().subprotocol()).isEqualTo("v1");
	}

	@Test
	void acceptsWithAnotherSubprotocolThatWasOffered() {
		assertThat(this.decision.subprotocol()).isEqualTo("v1");
		this.decision.accept("v2", HttpHeaders.EMPTY);
		assertThat(this.decision.subprotocol()).isEqualTo("v2");
		assertThat(this.decision.complete().subprotocol()).isEqualTo("v2");
	}

	@Test
	void acceptsWithoutAnySubprotocol() {
		HandshakeDecision none = new HandshakeDecision(Handshakes.anonymous());
		none.accept(null, HttpHeaders.EMPTY);
		assertThat(none.complete().subprotocol()).isNull();
	}

	@Test
	void acceptsWithHeaders() {
		this.decision.accept(null, headers("X-Node", "n1"));
		assertThat(this.decision.complete().headers().getFirst("X-Node")).isEqualTo("n1");
	}

	@Test
	void refusesASubprotocolThatWasNotOffered() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.decision.accept("v3", HttpHeaders.EMPTY))
			.withMessage("The client did not offer the subprotocol 'v3': use one of connection.offeredSubprotocols()");
		assertThat(this.decision.complete().subprotocol()).isEqualTo("v1");
	}

	@ParameterizedTest
	@ValueSource(ints = { 400, 401, 404, 429, 503, 599 })
	void rejects(int status) {
		this.decision.reject(status, headers("Retry-After", "5"), null);
		HandshakeResult result = this.decision.complete();
		assertThat(result.accepted()).isFalse();
		assertThat(result.status()).isEqualTo(status);
		assertThat(result.subprotocol()).isNull();
		assertThat(result.headers().getFirst("Retry-After")).isEqualTo("5");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 101, 200, 302, 399, 600, -1 })
	void refusesToRejectWithAnotherStatus(int status) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.decision.reject(status, HttpHeaders.EMPTY, null))
			.withMessage("A connection is rejected with a status from 400 to 599, not " + status);
		assertThat(this.decision.complete().accepted()).isTrue();
	}

	@Test
	void decidesOnce() {
		this.decision.accept(null, HttpHeaders.EMPTY);
		assertThatIllegalStateException().isThrownBy(() -> this.decision.accept(null, HttpHeaders.EMPTY))
			.withMessage("Cannot accept the connection: it was accepted" + BEFORE);
		assertThatIllegalStateException().isThrownBy(() -> this.decision.reject(403, HttpHeaders.EMPTY, null))
			.withMessage("Cannot reject the connection: it was accepted" + BEFORE);
		assertThat(this.decision.complete().accepted()).isTrue();
	}

	@Test
	void aRejectedConnectionStaysRejected() {
		this.decision.reject(403, HttpHeaders.EMPTY, null);
		assertThatIllegalStateException().isThrownBy(() -> this.decision.accept(null, HttpHeaders.EMPTY))
			.withMessage("Cannot accept the connection: it was rejected" + BEFORE);
		assertThat(this.decision.complete().status()).isEqualTo(403);
	}

	@Test
	void decidesNothingAfterTheHandlerReturned() {
		this.decision.complete();
		assertThatIllegalStateException().isThrownBy(() -> this.decision.reject(403, HttpHeaders.EMPTY, null))
			.withMessage("Cannot reject the connection: it was accepted" + BEFORE);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Sec-WebSocket-Accept", "sec-websocket-protocol", "Upgrade", "CONNECTION" })
	void refusesHeadersOfTheHandshakeItself(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.decision.accept(null, headers(name, "x")))
			.withMessage("The header '" + name + "' belongs to the handshake itself");
		assertThatIllegalArgumentException().isThrownBy(() -> this.decision.reject(403, headers(name, "x"), null))
			.withMessage("The header '" + name + "' belongs to the handshake itself");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a\r\nSet-Cookie: x=1", "a\n", "\r" })
	void refusesLineBreaksInHeaders(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.decision.accept(null, headers("X-Name", value)))
			.withMessage("The value of header 'X-Name' has a line break");
		assertThatIllegalArgumentException().isThrownBy(() -> this.decision.reject(403, headers("X-Name", value), null))
			.withMessage("The value of header 'X-Name' has a line break");
	}

	@Test
	void anAcceptThatWasRefusedLeavesNothingBehind() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.decision.accept("v2", headers("Upgrade", "websocket")));
		assertThat(this.decision.subprotocol()).isEqualTo("v1");
		assertThat(this.decision.complete().subprotocol()).isEqualTo("v1");
	}

	private static HttpHeaders headers(String name, String value) {
		return new HttpHeaders(MultiValueMap.fromSingleValue(Map.of(name, value)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "X-Name\r\nSet-Cookie", "X Name", "", "X:Name", "N\u00e4me" })
	void namesOfHeadersCannotBreakTheResponse(String name) {
		assertThatExceptionOfType(InvalidNameException.class)
			.isThrownBy(() -> this.decision.accept(null, headers(name, "x")))
			.withMessageMatching("'[ -~]*' cannot be the name of a header");
	}

	@Test
	void aClientsTextInAHeaderIsNoErrorOfTheApplication() {
		assertThatExceptionOfType(InvalidNameException.class)
			.isThrownBy(() -> this.decision.accept(null, headers("X-Room", "a\r\nb")))
			.withMessage("The value of header 'X-Room' has a line break");
	}

	@Test
	void anOverrideReplacesWhatWasDecided() {
		this.decision.accept(null, HttpHeaders.EMPTY);
		HandshakeResult refusal = HandshakeResult.rejected(503, HttpHeaders.EMPTY);
		assertThat(this.decision.override(refusal)).isSameAs(refusal);
		assertThat(this.decision.complete()).isSameAs(refusal);
	}

}
