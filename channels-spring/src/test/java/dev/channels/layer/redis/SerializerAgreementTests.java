package dev.channels.layer.redis;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import dev.channels.Event;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.InMemoryChannelLayer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.ManualTimer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application sees the same values whatever format its nodes write, encrypted or not,
 * and reads at each node what any other wrote.
 */
class SerializerAgreementTests {

	private static final EventSerializer json = new DetectingEventSerializer(new JsonEventSerializer());

	private static final EventSerializer msgpack = new DetectingEventSerializer(new MsgpackEventSerializer());

	private static final EventSerializer encryptedJson = new FernetEventSerializer(json, List.of("k"));

	private static final EventSerializer encryptedMsgpack = new FernetEventSerializer(msgpack, List.of("l", "k"));

	record Way(String name, EventSerializer from, EventSerializer to) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Way> ways() {
		return Stream.of(new Way("JSON to JSON", json, json), new Way("JSON to MessagePack", json, msgpack),
				new Way("MessagePack to JSON", msgpack, json), new Way("MessagePack to MessagePack", msgpack, msgpack),
				new Way("encrypted", encryptedJson, encryptedMsgpack));
	}

	@ParameterizedTest
	@MethodSource("ways")
	void randomMapsArriveAsSent(Way way) {
		Random random = new Random(1);
		for (int i = 0; i < 500; i++) {
			Map<String, @Nullable Object> sent = randomMap(random, 3);
			assertThat(Payloads.send(sent, Map.class, way.from(), way.to())).isEqualTo(sent);
		}
	}

	@ParameterizedTest
	@MethodSource("ways")
	void randomRecordsArriveAsSent(Way way) {
		Random random = new Random(2);
		for (int i = 0; i < 500; i++) {
			Everything sent = randomRecord(random, 2);
			Object received = Payloads.send(sent, Everything.class, way.from(), way.to());
			assertThat(Payloads.mapper.writeValueAsString(received))
				.isEqualTo(Payloads.mapper.writeValueAsString(sent));
		}
	}

	@ParameterizedTest
	@MethodSource("ways")
	void numbersThatAreNoneArriveAsNumbers(Way way) {
		Map<String, Object> sent = Map.of("a", Double.NaN, "b", Double.POSITIVE_INFINITY, "c",
				List.of(Double.NEGATIVE_INFINITY));
		assertThat(Payloads.send(sent, Map.class, way.from(), way.to())).isEqualTo(sent);
	}

	@ParameterizedTest
	@MethodSource("ways")
	void floatsArriveWithTheirDigits(Way way) {
		assertThat(Payloads.send(Map.of("a", 0.1f), Map.class, way.from(), way.to())).isEqualTo(Map.of("a", 0.1));
	}

	@ParameterizedTest
	@MethodSource("ways")
	void halfASurrogatePairBecomesAQuestionMark(Way way) {
		assertThat(Payloads.send(Map.of("a", "x\ud83d"), Map.class, way.from(), way.to())).isEqualTo(Map.of("a", "x?"));
	}

	@ParameterizedTest
	@MethodSource("ways")
	void controlsArrive(Way way) {
		EventCodec from = Payloads.codec(way.from());
		LayerEvent sent = from.encode(Event.of("a", Map.of("x", 1)))
			.with(LayerEvent.EXCEPT, List.of("b!1", "b!2"))
			.with(LayerEvent.DISCONNECT, Map.of("code", 1000));
		assertThat(Payloads.codec(way.to()).read(from.write(sent)).controls()).isEqualTo(sent.controls());
	}

	@Test
	void untypedMapsShowBytesAndDecimalsDifferently() {
		Map<String, Object> sent = Map.of("b", new byte[] { 1, 2 }, "d", new BigDecimal("1.50"));
		assertThat(Payloads.send(sent, Map.class, json, json)).isEqualTo(Map.of("b", "AQI=", "d", 1.5));
		Map<?, ?> packed = (Map<?, ?>) Payloads.send(sent, Map.class, msgpack, msgpack);
		assertThat(packed.get("b")).isEqualTo(new byte[] { 1, 2 });
		assertThat(packed.get("d")).isEqualTo("1.50");
	}

	@ParameterizedTest
	@MethodSource("ways")
	void whatAnApplicationSendsIsEncodedAsTheLayerWantsIt(Way way) {
		Map<String, Object> sent = Map.of("b", new byte[] { 1, 2 }, "d", new BigDecimal("1.50"));
		DropCounter drops = new DropCounter();
		LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), drops, Payloads.mapper);
		InMemoryChannelLayer layer = new InMemoryChannelLayer(LayerSettings.defaults(), Payloads.codec(way.from()),
				local, drops, new ManualTimer());
		List<Delivery> received = new ArrayList<>();
		ChannelName name = layer.newChannel();
		layer.subscribe(name, received::add);
		new ChannelLayers(Map.of("default", layer), Payloads.codec(new JsonEventSerializer()), drops)
			.channels("default")
			.connection(name.value())
			.send(Event.of("a", sent));
		assertThat(received.get(0).take().payload(Map.class)).usingRecursiveComparison()
			.isEqualTo(Payloads.send(sent, Map.class, way.from(), way.from()));
	}

	private static Map<String, @Nullable Object> randomMap(Random random, int depth) {
		Map<String, @Nullable Object> result = new LinkedHashMap<>();
		int size = random.nextInt(20);
		for (int i = 0; i < size; i++) {
			result.put("k" + randomText(random), randomValue(random, depth));
		}
		return result;
	}

	private static @Nullable Object randomValue(Random random, int depth) {
		return switch (random.nextInt((depth > 0) ? 10 : 8)) {
			case 0 -> null;
			case 1 -> random.nextBoolean();
			case 2 -> random.nextInt() >> random.nextInt(32);
			case 3 -> (1L << 32) + (random.nextLong() >>> (1 + random.nextInt(30)));
			case 4 -> Long.MIN_VALUE + random.nextInt(1000);
			case 5 -> new BigInteger(63, random).setBit(63);
			case 6 -> Double.longBitsToDouble(random.nextLong());
			case 7 -> randomText(random);
			case 8 -> Stream.generate(() -> randomValue(random, depth - 1))
				.limit(random.nextInt(18))
				.collect(ArrayList::new, List::add, List::addAll);
			default -> randomMap(random, depth - 1);
		};
	}

	private static Everything randomRecord(Random random, int depth) {
		byte[] bytes = new byte[random.nextInt(300)];
		random.nextBytes(bytes);
		List<Everything> children = (depth > 0) ? List.of(randomRecord(random, depth - 1)) : List.of();
		return new Everything(random.nextLong(), Float.intBitsToFloat(random.nextInt()),
				Double.longBitsToDouble(random.nextLong()),
				new BigDecimal(new BigInteger(random.nextInt(200), random), random.nextInt(80) - 40),
				new BigInteger(random.nextInt(300), random).negate(), bytes, randomText(random),
				Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
				new UUID(random.nextLong(), random.nextLong()), TimeUnit.values()[random.nextInt(7)],
				Map.of(random.nextInt(), (short) random.nextInt()), random.nextBoolean() ? 'x' : null, children);
	}

	private static String randomText(Random random) {
		int length = (random.nextInt(20) == 0) ? random.nextInt(400) : random.nextInt(12);
		return random.ints(0, Character.MAX_CODE_POINT + 1)
			.map((code) -> (random.nextBoolean()) ? code & 0x7f : code)
			.filter((code) -> code < Character.MIN_SURROGATE || code > Character.MAX_SURROGATE)
			.limit(length)
			.collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
			.toString();
	}

	record Everything(long whole, float narrow, double wide, BigDecimal decimal, BigInteger big, byte[] bytes,
			String text, Instant time, UUID id, TimeUnit unit, Map<Integer, Short> map, @Nullable Character letter,
			List<Everything> children) {

	}

}
