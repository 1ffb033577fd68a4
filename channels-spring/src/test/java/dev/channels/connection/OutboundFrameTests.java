package dev.channels.connection;

import java.nio.ByteBuffer;
import java.util.stream.IntStream;

import dev.channels.CloseStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link OutboundFrame}.
 */
class OutboundFrameTests {

	@Test
	void eachReaderHasABufferOfItsOwn() {
		OutboundFrame frame = OutboundFrame.text("abc");
		frame.utf8().get();
		frame.wire().position(3);
		assertThat(frame.utf8().remaining()).isEqualTo(3);
		assertThat(frame.wire().position()).isZero();
		assertThat(frame.wire().remaining()).isEqualTo(5);
	}

	@Test
	void nobodyCanChangeWhatAllShare() {
		assertThat(OutboundFrame.text("abc").utf8().isReadOnly()).isTrue();
		assertThat(OutboundFrame.binary(new byte[1]).wire().isReadOnly()).isTrue();
	}

	@Test
	void givesTheTextBack() {
		assertThat(OutboundFrame.text("a\u20ac").text()).isEqualTo("a\u20ac");
	}

	@Test
	void isASnapshot() {
		byte[] bytes = { 1 };
		OutboundFrame frame = OutboundFrame.binary(bytes);
		bytes[0] = 2;
		assertThat(frame.binary().get()).isEqualTo((byte) 1);
	}

	@Test
	void isFramedAsRfc6455HasIt() {
		assertThat(wire(OutboundFrame.text("a\u20ac"))).containsExactly(0x81, 4, 'a', 0xE2, 0x82, 0xAC);
		assertThat(wire(OutboundFrame.binary(new byte[] { 7 }))).containsExactly(0x82, 1, 7);
		assertThat(wire(OutboundFrame.PING)).containsExactly(0x89, 0);
		assertThat(wire(OutboundFrame.pong(new byte[] { 1, 2 }))).containsExactly(0x8A, 2, 1, 2);
		assertThat(wire(OutboundFrame.close(new CloseStatus(1001, "bye")))).containsExactly(0x88, 5, 3, 0xE9, 'b', 'y',
				'e');
	}

	@ParameterizedTest
	@CsvSource({ "0, 2", "125, 2", "126, 4", "65535, 4", "65536, 10", "1000000, 10" })
	void theLengthTakesAsFewBytesAsItMay(int size, int header) {
		OutboundFrame frame = OutboundFrame.binary(new byte[size]);
		ByteBuffer wire = frame.wire();
		assertThat(wire.remaining()).isEqualTo(header + size);
		int length = wire.get(1);
		assertThat((header == 2) ? length : (header == 4) ? wire.getShort(2) & 0xFFFF : wire.getLong(2))
			.isEqualTo(size);
		assertThat(length).isEqualTo((header == 2) ? size : (header == 4) ? 126 : 127);
		assertThat(frame.binary().remaining()).isEqualTo(size);
	}

	private static int[] wire(OutboundFrame frame) {
		ByteBuffer wire = frame.wire();
		return IntStream.generate(() -> wire.get() & 0xFF).limit(wire.remaining()).toArray();
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
