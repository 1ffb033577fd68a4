package dev.channels.connection;

import java.util.List;
import java.util.Map;

import dev.channels.CloseStatus;
import dev.channels.layer.LayerEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DisconnectRequest}.
 */
class DisconnectRequestTests {

	@Test
	void anOrdinaryEventAsksForNothing() {
		assertThat(DisconnectRequest.in(Events.shared("chat.message"))).isNull();
		assertThat(DisconnectRequest.in(Events.shared("chat.message", LayerEvent.TO, "x"))).isNull();
	}

	@Test
	void readsCodeAndReason() {
		assertThat(read(Map.of("code", 4001, "reason", "kicked"))).isEqualTo(new CloseStatus(4001, "kicked"));
		assertThat(read(Map.of("code", 1001L, "reason", ""))).isEqualTo(new CloseStatus(1001, ""));
	}

	@Test
	void theReasonMayBeMissing() {
		assertThat(read(Map.of("code", 4001))).isEqualTo(new CloseStatus(4001, ""));
		assertThat(read(Map.of("code", 4001, "reason", 7))).isEqualTo(new CloseStatus(4001, ""));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, 999, 1004, 1005, 1006, 1010, 1015, 2999, 5000 })
	void aCodeThatCannotBeSentBecomes1000(int code) {
		assertThat(read(Map.of("code", code, "reason", "kicked"))).isEqualTo(CloseStatus.NORMAL);
	}

	@Test
	void aReasonThatIsTooLongIsCut() {
		assertThat(read(Map.of("code", 4001, "reason", "x".repeat(124))))
			.isEqualTo(new CloseStatus(4001, "x".repeat(123)));
	}

	@Test
	void aRequestThatCannotBeReadBecomes1000() {
		assertThat(read(Map.of())).isEqualTo(CloseStatus.NORMAL);
		assertThat(read(Map.of("code", "4001"))).isEqualTo(CloseStatus.NORMAL);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "4001" })
	void somethingThatIsNoMapAsksForNothing(String request) {
		assertThat(read(request)).isNull();
		assertThat(read(List.of(request))).isNull();
	}

	private static CloseStatus read(Object request) {
		return DisconnectRequest.in(Events.shared("any", LayerEvent.DISCONNECT, request));
	}

}
