package dev.channels.layer.redis;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

import dev.channels.layer.EventContent;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.UndecodableEventException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link FernetEventSerializer}. The tokens were made by Python's
 * {@code cryptography} 38.0.4.
 */
class FernetEventSerializerTests {

	private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000));

	private static final String TOKEN = "gAAAAABlU_EAAAECAwQFBgcICQoLDA0OD0rL8uab1vSJjbvCsRTw3PpXTxF5ECrz0UUqcW84gSQy"
			+ "2LAx5pDnq-D4V59wW6wtrg==";

	private static final String TOKEN_OF_JSON = "gAAAAABlU_EAEBESExQVFhcYGRobHB0eH-Z1z51y8XcwUdRtgYhTrXb787cjBl4H3Z7z"
			+ "rvCsMXao_AtQG6oZvUiObs2j-52PAGRWnh1jdJc7OkULGmhduoFLSEpNCuLYF3uLPEgSylS9";

	private static final String OTHER_KEY = "bytes encrypted with a key that is not configured, or damaged";

	private static final String NO_TOKEN = "bytes that are not encrypted: sent by a node without 'encryption-keys', "
			+ "or damaged";

	private final EventSerializer msgpack = new MsgpackEventSerializer();

	private final EventContent event = Payloads.tokens(Map.of("type", "x"));

	@Test
	void writesTheTokenThatPythonWrites() {
		assertThat(fixed("a-test-key", 0).write(this.event)).asString(StandardCharsets.US_ASCII).isEqualTo(TOKEN);
	}

	@Test
	void readsTheTokenThatPythonWrites() {
		assertThat(read(TOKEN, "a-test-key")).isEqualTo(Map.of("type", "x"));
	}

	@Test
	void readsJsonWithAKeyThatIsNotAscii() {
		assertThat(read(TOKEN_OF_JSON, "schl\u00fcssel 2"))
			.isEqualTo(Map.of("type", "chat.message", "text", "h\u00e9llo"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2, 3, 14, 15, 16, 17, 1000, 100_000 })
	void keepsContentsOfAllLengths(int length) {
		FernetEventSerializer serializer = with("k");
		Map<String, Object> sent = Map.of("text", "x".repeat(length));
		assertThat(Payloads.map(serializer.read(serializer.write(Payloads.tokens(sent))))).isEqualTo(sent);
	}

	@Test
	void encryptsWithTheFirstKeyAndReadsWithAll() {
		byte[] old = with("old").write(this.event);
		byte[] rotated = with("new", "old").write(this.event);
		assertThat(Payloads.map(with("new", "old").read(old))).isEqualTo(Map.of("type", "x"));
		assertThat(Payloads.map(with("other", "old", "new").read(rotated))).isEqualTo(Map.of("type", "x"));
		assertThat(Payloads.map(with("new").read(rotated))).isEqualTo(Map.of("type", "x"));
		assertUndecodable(rotated, OTHER_KEY, "old");
	}

	@Test
	void aTokenOfAnotherKeyIsUndecodable() {
		assertUndecodable(TOKEN.getBytes(StandardCharsets.US_ASCII), OTHER_KEY, "another-key", "and one more");
	}

	@Test
	void everyChangedBitOfTheTextIsUndecodable() {
		byte[] token = TOKEN.getBytes(StandardCharsets.US_ASCII);
		FernetEventSerializer serializer = with("a-test-key");
		for (int bit = 0; bit < token.length * Byte.SIZE; bit++) {
			byte[] damaged = flip(token, bit);
			assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> serializer.read(damaged));
		}
	}

	@Test
	void everyChangedBitOfTheContentIsUndecodable() {
		byte[] token = Base64.getUrlDecoder().decode(TOKEN);
		FernetEventSerializer serializer = with("a-test-key");
		for (int bit = 0; bit < token.length * Byte.SIZE; bit++) {
			byte[] damaged = Base64.getUrlEncoder().encode(flip(token, bit));
			String message = (bit < Byte.SIZE) ? NO_TOKEN : OTHER_KEY;
			assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> serializer.read(damaged))
				.withMessage(damaged.length + " " + message);
		}
	}

	@Test
	void everyTruncationIsUndecodable() {
		byte[] token = TOKEN.getBytes(StandardCharsets.US_ASCII);
		for (int length = 0; length < token.length; length++) {
			assertUndecodable(Arrays.copyOf(token, length), NO_TOKEN, "a-test-key");
		}
	}

	@Test
	void aTokenWithSomethingAfterItIsUndecodable() {
		assertUndecodable((TOKEN + "\n").getBytes(StandardCharsets.US_ASCII), NO_TOKEN, "a-test-key");
		assertUndecodable((TOKEN + TOKEN).getBytes(StandardCharsets.US_ASCII), NO_TOKEN, "a-test-key");
	}

	@Test
	void aTokenWithoutPaddingIsUndecodable() {
		assertUndecodable(TOKEN.replace("=", "").getBytes(StandardCharsets.US_ASCII), NO_TOKEN, "a-test-key");
	}

	@Test
	void aPlainEventIsUndecodable() {
		assertUndecodable(this.msgpack.write(this.event), NO_TOKEN, "k");
		assertUndecodable(new JsonEventSerializer().write(this.event), NO_TOKEN, "k");
		assertUndecodable("{\"type\":\"%s\"}".formatted("x".repeat(500)).getBytes(StandardCharsets.US_ASCII), NO_TOKEN,
				"k");
	}

	@Test
	void aSignedTokenWithWrongPaddingIsUndecodable() {
		byte[] token = Base64.getUrlDecoder().decode(TOKEN);
		int signed = token.length - FernetKey.MAC_LENGTH;
		token[signed - 1] ^= 1;
		byte[] signature = FernetKey.of("a-test-key").sign(token, signed);
		System.arraycopy(signature, 0, token, signed, signature.length);
		assertUndecodable(Base64.getUrlEncoder().encode(token), OTHER_KEY, "a-test-key");
	}

	@Test
	void aSignedTokenThatHoldsNoEventIsUndecodable() {
		EventSerializer broken = new FernetEventSerializer(new Constant(new byte[] { 1 }), List.of("k"));
		byte[] token = broken.write(this.event);
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> with("k").read(token))
			.withMessage("1 bytes that are no event (not a map)");
	}

	@Test
	void anOldTokenIsRead() {
		EventSerializer old = new FernetEventSerializer(this.msgpack, List.of("k"), InstantSource.fixed(Instant.EPOCH),
				() -> new byte[16]);
		EventSerializer early = new FernetEventSerializer(this.msgpack, List.of("k"),
				InstantSource.fixed(Instant.parse("2999-01-01T00:00:00Z")), () -> new byte[16]);
		assertThat(Payloads.map(with("k").read(old.write(this.event)))).isEqualTo(Map.of("type", "x"));
		assertThat(Payloads.map(with("k").read(early.write(this.event)))).isEqualTo(Map.of("type", "x"));
	}

	@Test
	void noTwoTokensAreEqual() {
		FernetEventSerializer serializer = with("k");
		Set<String> tokens = new HashSet<>();
		for (int i = 0; i < 1000; i++) {
			tokens.add(new String(serializer.write(this.event), StandardCharsets.US_ASCII));
		}
		assertThat(tokens).hasSize(1000);
	}

	@Test
	void carriesTheTimeOfTheClock() {
		byte[] token = Base64.getUrlDecoder().decode(with("k").write(this.event));
		long seconds = ByteBuffer.wrap(token, 1, Long.BYTES).getLong();
		assertThat(Instant.ofEpochSecond(seconds)).isBetween(Instant.now().minusSeconds(60), Instant.now());
	}

	@Test
	void manyThreadsShareIt() {
		FernetEventSerializer serializer = with("k", "l");
		List<?> read = IntStream.range(0, 2000)
			.parallel()
			.mapToObj((i) -> Payloads.map(serializer.read(serializer.write(Payloads.tokens(Map.of("i", i))))).get("i"))
			.toList();
		assertThat(read).hasToString(IntStream.range(0, 2000).boxed().toList().toString());
	}

	@Test
	void garbageIsUndecodable() {
		Random random = new Random(3);
		FernetEventSerializer serializer = with("k");
		for (int i = 0; i < 10_000; i++) {
			byte[] garbage = new byte[random.nextInt(200)];
			random.nextBytes(garbage);
			byte[] bytes = (i % 2 == 0) ? garbage : Base64.getUrlEncoder().encode(garbage);
			assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> serializer.read(bytes));
		}
	}

	@Test
	void demandsAKey() {
		assertThatIllegalArgumentException().isThrownBy(() -> with())
			.withMessage("'encryption-keys' is empty: give at least one key, or leave the property out");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t\n" })
	void refusesABlankKey(String blank) {
		assertThatIllegalArgumentException().isThrownBy(() -> with("k", blank))
			.withMessage("'encryption-keys[1]' is blank: give a key, or remove it");
	}

	@Test
	void refusesAKeyThatIsThereTwiceWithoutShowingIt() {
		assertThatIllegalArgumentException().isThrownBy(() -> with("a", "secret", "b", "secret"))
			.withMessage("'encryption-keys[3]' is the same key as 'encryption-keys[1]': remove one");
	}

	@Test
	void laterChangesOfTheListAreNotSeen() {
		List<String> keys = new ArrayList<>(List.of("k"));
		FernetEventSerializer serializer = new FernetEventSerializer(this.msgpack, keys);
		keys.set(0, "other");
		assertThat(Payloads.map(with("k").read(serializer.write(this.event)))).isEqualTo(Map.of("type", "x"));
	}

	private void assertUndecodable(byte[] bytes, String message, String... keys) {
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> with(keys).read(bytes))
			.withMessage(bytes.length + " " + message)
			.withNoCause();
	}

	private Map<?, ?> read(String token, String key) {
		EventSerializer serializer = new FernetEventSerializer(new DetectingEventSerializer(this.msgpack),
				List.of(key));
		return Payloads.map(serializer.read(token.getBytes(StandardCharsets.US_ASCII)));
	}

	private FernetEventSerializer with(String... keys) {
		return new FernetEventSerializer(this.msgpack, List.of(keys));
	}

	private FernetEventSerializer fixed(String key, int firstOfIv) {
		return new FernetEventSerializer(this.msgpack, List.of(key), CLOCK, () -> {
			byte[] iv = new byte[16];
			for (int i = 0; i < iv.length; i++) {
				iv[i] = (byte) (firstOfIv + i);
			}
			return iv;
		});
	}

	private static byte[] flip(byte[] bytes, int bit) {
		byte[] result = bytes.clone();
		result[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
		return result;
	}

	private record Constant(byte[] bytes) implements EventSerializer {

		@Override
		public byte[] write(EventContent event) {
			return this.bytes;
		}

		@Override
		public EventContent read(byte[] bytes) {
			throw new UnsupportedOperationException();
		}

	}

}
