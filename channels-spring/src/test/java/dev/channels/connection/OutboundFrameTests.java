package dev.channels.connection;

import java.nio.ByteBuffer;

import dev.channels.CloseStatus;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link OutboundFrame}.
 */
class OutboundFrameTests {

	@Test
	void eachReaderHasABufferOfItsOwn() {
		OutboundFrame text = OutboundFrame.text("abc");
		OutboundFrame binary = OutboundFrame.binary(new byte[] { 1, 2, 3 });
		text.utf8().position(3);
		binary.binary().position(3);
		assertThat(text.utf8().remaining()).isEqualTo(3);
		assertThat(binary.binary().remaining()).isEqualTo(3);
	}

	@Test
	void nobodyCanChangeWhatAllShare() {
		assertThat(OutboundFrame.text("abc").utf8().isReadOnly()).isTrue();
		assertThat(OutboundFrame.binary(new byte[1]).binary().isReadOnly()).isTrue();
	}

	@Test
	void aFirstReaderThatReadsDoesNotDisturbTheSecond() {
		OutboundFrame frame = OutboundFrame.text("abc");
		ByteBuffer first = frame.utf8();
		first.get();
		assertThat(frame.utf8().position()).isZero();
	}

	@Test
	void onlyMessagesWeighSomething() {
		assertThat(OutboundFrame.text("\u20ac").size()).isEqualTo(3);
		assertThat(OutboundFrame.text("a").isMessage()).isTrue();
		assertThat(OutboundFrame.binary(new byte[0]).isMessage()).isTrue();
		assertThat(OutboundFrame.PING.size()).isZero();
		assertThat(OutboundFrame.PING.isMessage()).isFalse();
		assertThat(OutboundFrame.close(CloseStatus.NORMAL).size()).isZero();
		assertThat(OutboundFrame.close(CloseStatus.NORMAL).isMessage()).isFalse();
	}

	@Test
	void hasTheContentOfItsKindOnly() {
		assertThatIllegalStateException().isThrownBy(() -> OutboundFrame.PING.text())
			.withMessage("A PING frame has no such content");
		assertThatIllegalStateException().isThrownBy(() -> OutboundFrame.text("a").binary())
			.withMessage("A TEXT frame has no such content");
		assertThatIllegalStateException().isThrownBy(() -> OutboundFrame.text("a").status());
		assertThat(OutboundFrame.close(CloseStatus.NORMAL).status()).isEqualTo(CloseStatus.NORMAL);
	}

}
