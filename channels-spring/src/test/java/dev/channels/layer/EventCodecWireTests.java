package dev.channels.layer;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.channels.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link EventCodec#write} and {@link EventCodec#read}.
 */
class EventCodecWireTests {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final EventCodec codec = new EventCodec(this.mapper, new JsonEventSerializer());

	private final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(), this.mapper);

	@Test
	void readsAndWritesTheGoldenEventOfDjango() {
		String json = "{\"type\": \"test.message\", \"a\": true, \"b\": null, \"c\": {\"d\": []}}";
		LayerEvent event = read(json);
		assertThat(event.type()).isEqualTo("test.message");
		assertThat(event.controls()).isEmpty();
		Map<String, Object> expected = new LinkedHashMap<>();
		expected.put("a", true);
		expected.put("b", null);
		expected.put("c", Map.of("d", List.of()));
		assertThat(this.local.share(event).payload(Map.class)).isEqualTo(expected);
		assertThat(write(event)).isEqualTo(json.replace(" ", ""));
	}

	@Test
	void findsTheTypeWhereverItStands() {
		LayerEvent event = read("{\"x\":{\"type\":\"inner\"},\"type\":\"outer\",\"y\":[1,{\"type\":\"deep\"}]}");
		assertThat(event.type()).isEqualTo("outer");
		assertThat(write(event))
			.isEqualTo("{\"type\":\"outer\",\"x\":{\"type\":\"inner\"},\"y\":[1,{\"type\":\"deep\"}]}");
	}

	@Test
	void keepsNull() {
		Map<String, Object> payload = Collections.singletonMap("x", null);
		assertThat(roundTrip(payload, Map.class)).isEqualTo(payload);
	}

	@Test
	void keepsNumbersThatAreNone() {
		assertThat(roundTrip(new Numbers(Double.NaN, Float.NEGATIVE_INFINITY), Numbers.class))
			.isEqualTo(new Numbers(Double.NaN, Float.NEGATIVE_INFINITY));
	}

	@Test
	void keepsAllDigitsOfABigDecimal() {
		Money money = new Money(new BigDecimal("12345678901234567890123456789.01234567890123456789012345678900"));
		assertThat(roundTrip(money, Money.class)).isEqualTo(money);
		Money large = new Money(new BigDecimal("1E+400"));
		assertThat(roundTrip(large, Money.class)).isEqualTo(large);
	}

	@Test
	void keepsABigInteger() {
		Count count = new Count(BigInteger.TWO.pow(200).add(BigInteger.ONE));
		assertThat(roundTrip(count, Count.class)).isEqualTo(count);
		assertThat(roundTrip(count, Map.class)).isEqualTo(Map.of("value", count.value()));
	}

	@Test
	void keepsLongsThatADoubleCannotHold() {
		long value = (1L << 53) + 1;
		assertThat(roundTrip(Map.of("x", value, "min", Long.MIN_VALUE), Map.class))
			.isEqualTo(Map.of("x", value, "min", Long.MIN_VALUE));
	}

	@Test
	void keepsDoublesExactly() {
		double value = 0.1 + 0.2;
		assertThat(roundTrip(Map.of("x", value), Map.class)).isEqualTo(Map.of("x", value));
	}

	@Test
	void keepsBytes() {
		byte[] content = { 0, -1, 127, -128 };
		Blob blob = (Blob) roundTrip(new Blob(content), Blob.class);
		assertThat(blob.content()).containsExactly(content);
	}

	@Test
	void keepsNestedMapsAndLists() {
		Map<String, Object> payload = Map.of("a", Map.of("b", List.of(1, Map.of("c", List.of(true)))));
		assertThat(roundTrip(payload, Map.class)).isEqualTo(payload);
	}

	@Test
	void keepsTextsOfAllPlanesAndControlCharacters() {
		String text = "\u0000\n\"\\\u007f\u00e9\u20ac\ud83d\ude00\u2028";
		assertThat(roundTrip(Map.of(text, text), Map.class)).isEqualTo(Map.of(text, text));
	}

	@Test
	void replacesHalvesOfSurrogatePairs() {
		assertThat(roundTrip(Map.of("x", "a\ud83d", "y", "\ude00b"), Map.class))
			.isEqualTo(Map.of("x", "a?", "y", "?b"));
	}

	@Test
	void writesValidUtf8ForAHalfSurrogateThatWasRead() {
		LayerEvent event = read("{\"type\":\"a\",\"x\":\"\\ud83d\"}");
		assertThat(write(event)).isEqualTo("{\"type\":\"a\",\"x\":\"?\"}");
	}

	@Test
	void keepsControlsApartFromThePayload() {
		LayerEvent sent = this.codec.encode(Event.of("a", Map.of("x", 1)))
			.with(LayerEvent.EXCEPT, List.of("b!1", "b!2"))
			.with(LayerEvent.DISCONNECT, Map.of("code", 1000));
		LayerEvent received = this.codec.read(this.codec.write(sent));
		assertThat(received.controls())
			.isEqualTo(Map.of(LayerEvent.EXCEPT, List.of("b!1", "b!2"), LayerEvent.DISCONNECT, Map.of("code", 1000)));
		assertThat(received.except()).isEqualTo(List.of("b!1", "b!2"));
		assertThat(this.local.share(received).payload(Map.class)).isEqualTo(Map.of("x", 1));
	}

	@Test
	void writesControlsBesideTheProperties() {
		LayerEvent sent = this.codec.encode(Event.of("a", Map.of("x", 1))).with(LayerEvent.TO, "b!1");
		assertThat(write(sent)).isEqualTo("{\"type\":\"a\",\"x\":1,\"__channels_to\":\"b!1\"}");
	}

	@Test
	void addingAControlLeavesTheEventAsItWas() {
		LayerEvent event = this.codec.encode(Event.of("a"));
		event.with(LayerEvent.TO, "b!1");
		assertThat(event.controls()).isEmpty();
	}

	@Test
	void hidesReservedPropertiesOfOthersFromThePayload() {
		LayerEvent event = read("{\"__asgi_channel__\":[\"x\"],\"type\":\"a\",\"__channels_new\":{\"v\":1},\"x\":1,"
				+ "\"__channels_nothing\":null}");
		assertThat(this.local.share(event).payload(Map.class)).isEqualTo(Map.of("x", 1));
		assertThat(event.controls()).isEqualTo(Map.of("__channels_new", Map.of("v", 1)));
	}

	@Test
	void exceptIsAListOfNames() {
		assertThat(read("{\"type\":\"a\"}").except()).isEmpty();
		assertThat(read("{\"type\":\"a\",\"__channels_except\":null}").except()).isEmpty();
		assertThat(read("{\"type\":\"a\",\"__channels_except\":[]}").except()).isEmpty();
		assertThat(read("{\"type\":\"a\",\"__channels_except\":[\"b!1\"]}").except()).isEqualTo(List.of("b!1"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "\"b!1\"", "[null]", "[\"b!1\",null]", "[1]", "[[]]", "{}", "true" })
	void anEventForNobodyKnowsWhomIsUndecodable(String except) {
		assertThatExceptionOfType(UndecodableEventException.class)
			.isThrownBy(() -> read("{\"type\":\"a\",\"__channels_except\":" + except + "}"))
			.withMessage("a map whose '__channels_except' is not a list of names")
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "secret", "{", "{\"type\":\"secret\"", "{\"type\":\"a\"} secret", "\u0000",
			"{\"type\":\"a\",\"x\":secret}", "{'type':'secret'}" })
	void whatIsNoJsonIsUndecodable(String text) {
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> read(text))
			.withMessageMatching(text.getBytes(StandardCharsets.UTF_8).length + " bytes that are no event \\(\\w+\\)")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("secret"))
			.withNoCause();
	}

	@Test
	void bytesThatAreNoTextAreUndecodable() {
		byte[] bytes = { (byte) 0x82, (byte) 0xa4, 't', 'y', 'p', 'e', (byte) 0xa1, 'a' };
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.codec.read(bytes));
	}

	@ParameterizedTest
	@ValueSource(strings = { "[]", "[{\"type\":\"a\"}]", "\"text\"", "7", "true", "null" })
	void whatIsNoMapIsUndecodable(String text) {
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> read(text));
	}

	@ParameterizedTest
	@ValueSource(strings = { "{}", "{\"x\":1}", "{\"type\":null}", "{\"type\":7}", "{\"type\":[\"a\"]}",
			"{\"type\":{\"type\":\"a\"}}", "{\"Type\":\"a\"}" })
	void aMapWithoutATypeIsUndecodable(String text) {
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> read(text))
			.withMessage("a map without a 'type'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "_secret", ".secret", "a secret", "secr\u00e9t", "a\nsecret", "secret\n" })
	void aTypeThatNobodyCanSendIsUndecodable(String type) {
		byte[] bytes = this.mapper.writeValueAsBytes(Map.of("type", type));
		assertThatExceptionOfType(UndecodableEventException.class).isThrownBy(() -> this.codec.read(bytes))
			.withMessage("a map whose 'type' is not a legal one");
	}

	@Test
	void saysTheTypeAlone() {
		assertThat(this.codec.encode(Event.of("a.b", Map.of("secret", "s3cr3t")))).hasToString("event 'a.b'");
	}

	private Object roundTrip(Object payload, Type type) {
		LayerEvent event = this.codec.read(this.codec.write(this.codec.encode(Event.of("a", payload))));
		return this.local.share(event).payload(type);
	}

	private LayerEvent read(String json) {
		return this.codec.read(json.getBytes(StandardCharsets.UTF_8));
	}

	private String write(LayerEvent event) {
		return new String(this.codec.write(event), StandardCharsets.UTF_8);
	}

	record Numbers(double a, float b) {

	}

	record Money(BigDecimal amount) {

	}

	record Count(BigInteger value) {

	}

	record Blob(byte[] content) {

	}

}
