package dev.channels.layer.redis;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import dev.channels.layer.EventContent;
import dev.channels.layer.UndecodableEventException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link MsgpackEventSerializer} with bytes that it did not write.
 */
class MsgpackReaderTests {

	private static final int DECLARED = 0x7fffffff;

	private final MsgpackEventSerializer serializer = new MsgpackEventSerializer();

	@ParameterizedTest
	@CsvSource({ "'', the end is missing", "810102, a key that is no text", "81c4016102, a key that is no text",
			"81c001, a key that is no text", "81a16181c2c3, a key that is no text", "81a161d40500, an extension type",
			"81a161d6ff00000001, an extension type", "81a161c7000a, an extension type",
			"8001, something follows the map", "8080, something follows the map",
			"81a161a1ff, a text that is not UTF-8", "81a161a3eda0bd, a text that is not UTF-8",
			"81a161a2c080, a text that is not UTF-8", "81a1ff01, a text that is not UTF-8", "81a161c1, not MessagePack",
			"c1, not MessagePack", "90, not a map", "91a161, not a map", "c0, not a map", "01, not a map",
			"a161, not a map", "d40500, not a map" })
	void whatIsNoEventIsUndecodable(String hex, String reason) {
		byte[] bytes = Payloads.bytes(hex);
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.serializer.read(bytes))
			.withMessage(bytes.length + " bytes that are no event (" + reason + ")")
			.withNoCause();
	}

	@Test
	void acceptsNumbersAndLengthsThatTakeMoreBytesThanNeeded() {
		assertThat(read("df00000001d90161d3ffffffffffffffff")).isEqualTo(Map.of("a", -1));
		assertThat(read("de0001da000161ce00000005")).isEqualTo(Map.of("a", 5));
		assertThat(read("81db0000000161dd00000001cf0000000000000007")).hasToString("{a=[7]}");
	}

	@Test
	void acceptsNarrowFractions() {
		assertThat(read("81a161ca3fc00000")).isEqualTo(Map.of("a", 1.5));
	}

	@Test
	void takesTheLastOfEqualKeys() {
		assertThat(read("82a16101a16102")).isEqualTo(Map.of("a", 2));
	}

	@ParameterizedTest
	@ValueSource(strings = { "dd7fffffff", "df7fffffff", "db7fffffff", "c67fffffff", "ddffffffff", "dfffffffff",
			"dbffffffff", "c6ffffffff", "dd3b9aca00", "df3b9aca00", "db3b9aca00", "c63b9aca00", "c97fffffff05",
			"dcffff", "deffff" })
	void allocatesNothingForADeclaredLength(String hex) {
		byte[] bytes = Payloads.bytes("81a161" + hex);
		assertUndecodable(bytes);
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadAllocatedBytes();
		assertUndecodable(bytes);
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(200_000L);
	}

	@Test
	void aWholeEventOfADeclaredLengthIsUndecodable() {
		assertUndecodable(Payloads.bytes("df%08x".formatted(DECLARED)));
		assertUndecodable(Payloads.bytes("dfffffffff"));
	}

	@Test
	void readsContainersUpTo500DeepAndNoFurther() {
		assertThat(this.serializer.read(deep(499))).isNotNull();
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.serializer.read(deep(500)))
			.withMessageContaining("more than 500 maps and lists within each other");
		assertUndecodable(deep(1_000_000));
	}

	@Test
	void everyTruncationIsUndecodable() {
		byte[] bytes = Payloads.bytes("88a474797065ac636861742e6d657373616765a474657874a668c3a96c6c6fa16e01"
				+ "a166cb3ff8000000000000a162c40200ffa36e696cc0a174c3a16c9301ffcf0000010000000000");
		for (int length = 0; length < bytes.length; length++) {
			byte[] begin = Arrays.copyOf(bytes, length);
			assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.serializer.read(begin))
				.withMessage(length + " bytes that are no event (the end is missing)");
		}
	}

	@Test
	void damagedBytesAreReadOrUndecodable() {
		byte[] bytes = this.serializer
			.write(Payloads.tokens(Map.of("a", Map.of("b", new byte[300], "c", "x"), "d", 1.5)));
		for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
			byte[] damaged = bytes.clone();
			damaged[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
			readOrUndecodable(damaged);
		}
	}

	@Test
	void garbageIsReadOrUndecodable() {
		Random random = new Random(7);
		int read = 0;
		for (int i = 0; i < 10_000; i++) {
			byte[] garbage = new byte[random.nextInt(40)];
			random.nextBytes(garbage);
			if (garbage.length > 3 && i % 2 == 0) {
				garbage[0] = (byte) (0x80 | random.nextInt(4));
				garbage[1] = (byte) 0xa1;
				garbage[2] = 'a';
			}
			read += readOrUndecodable(garbage) ? 1 : 0;
		}
		assertThat(read).isBetween(1, 9_000);
	}

	private boolean readOrUndecodable(byte[] bytes) {
		EventContent tokens;
		try {
			tokens = this.serializer.read(bytes);
		}
		catch (UndecodableEventException ex) {
			return false;
		}
		// what was read can also be written, to the same tokens
		assertThat(Payloads.text(this.serializer.read(this.serializer.write(tokens)))).isEqualTo(Payloads.text(tokens));
		return true;
	}

	private void assertUndecodable(byte[] bytes) {
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.serializer.read(bytes));
	}

	private Map<?, ?> read(String hex) {
		return Payloads.map(this.serializer.read(Payloads.bytes(hex)));
	}

	/** A map with lists within each other, this many. */
	private static byte[] deep(int lists) {
		byte[] result = new byte[3 + lists + 1];
		Arrays.fill(result, (byte) 0x91);
		result[0] = (byte) 0x81;
		result[1] = (byte) 0xa1;
		result[2] = 'a';
		result[3 + lists] = (byte) 0xc0;
		return result;
	}

}
