package dev.channels.layer.redis;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;

import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.UndecodableEventException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link DetectingEventSerializer}.
 */
class DetectingEventSerializerTests {

	private final EventSerializer json = new DetectingEventSerializer(new JsonEventSerializer());

	private final EventSerializer msgpack = new DetectingEventSerializer(new MsgpackEventSerializer());

	@Test
	void writesWhatItIsTold() {
		assertThat(this.json.write(Payloads.tokens(Map.of("a", 1)))).asString().isEqualTo("{\"a\":1}");
		assertThat(this.msgpack.write(Payloads.tokens(Map.of("a", 1)))).isEqualTo(Payloads.bytes("81a16101"));
	}

	@Test
	void readsBothWhateverItWrites() {
		byte[] text = "{\"a\": 1}".getBytes(StandardCharsets.UTF_8);
		byte[] packed = Payloads.bytes("81a16101");
		assertThat(Payloads.map(this.json.read(packed))).isEqualTo(Map.of("a", 1));
		assertThat(Payloads.map(this.json.read(text))).isEqualTo(Map.of("a", 1));
		assertThat(Payloads.map(this.msgpack.read(packed))).isEqualTo(Map.of("a", 1));
		assertThat(Payloads.map(this.msgpack.read(text))).isEqualTo(Map.of("a", 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "80", "81a16101", "de0001a16101", "df00000001a16101" })
	void readsMapsOfEachSize(String hex) {
		assertThat(Payloads.map(this.json.read(Payloads.bytes(hex)))).hasSizeLessThan(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { " ", "\t", "\r\n", "\n \n" })
	void readsJsonAfterWhiteSpace(String space) {
		byte[] bytes = (space + "{\"a\":1}").getBytes(StandardCharsets.UTF_8);
		assertThat(Payloads.map(this.msgpack.read(bytes))).isEqualTo(Map.of("a", 1));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "secret", "[]", "\"{}\"", "\u0000", "\ufeff{}", "7" })
	void otherBytesAreUndecodable(String text) {
		byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.json.read(bytes))
			.withMessage(bytes.length + " bytes that are no event (neither JSON nor MessagePack)");
	}

	@Test
	void saysThatATokenIsEncrypted() {
		byte[] token = "gAAAAABlU_EAAAECAwQFBgcI".getBytes(StandardCharsets.US_ASCII);
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.json.read(token))
			.withMessage("24 bytes that look encrypted: this node has no 'encryption-keys'");
	}

	@Test
	void worksWithoutMsgpackOnTheClassPath() {
		EventSerializer serializer = new DetectingEventSerializer(new JsonEventSerializer(), null);
		byte[] text = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
		assertThat(Payloads.map(serializer.read(text))).isEqualTo(Map.of("a", 1));
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> serializer.read(Payloads.bytes("81a16101")))
			.withMessage("4 bytes of MessagePack: org.msgpack:msgpack-core is not on the class path");
	}

	@Test
	void garbageIsReadOrUndecodable() {
		Random random = new Random(11);
		for (int i = 0; i < 10_000; i++) {
			byte[] garbage = new byte[random.nextInt(60)];
			random.nextBytes(garbage);
			if (garbage.length > 0 && i % 3 == 0) {
				garbage[0] = (byte) ((i % 2 == 0) ? '{' : 0x81);
			}
			try {
				Payloads.codec(this.json).read(garbage);
			}
			catch (UndecodableEventException ex) {
				assertThat(ex).hasNoCause();
			}
		}
	}

}
