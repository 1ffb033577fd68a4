package dev.channels.test.layer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.channels.Event;
import dev.channels.layer.ChannelName;
import dev.channels.layer.GroupName;
import dev.channels.layer.SharedEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * How payloads come through.
 */
interface PayloadContract {

	@Test
	default void whatHappensToAnObjectAfterItsSendIsNotSeen(Backend backend) {
		Node node = backend.start();
		TestConnection connection = node.connect();
		List<String> words = new ArrayList<>(List.of("one"));
		Map<String, Object> payload = new HashMap<>(Map.of("words", words));
		node.send(connection.name(), Events.event("snapshot", payload));
		words.add("two");
		payload.put("more", true);
		assertThat(connection.next().payload(Map.class)).isEqualTo(Map.of("words", List.of("one")));
	}

	@Test
	default void typeAndPayloadComeTogetherAsAnEvent(Backend backend) {
		SharedEvent received = send(backend, "chat.message", Map.of("text", "hi"));
		assertThat(received.type()).isEqualTo("chat.message");
		assertThat(received.payload(Event.class)).isEqualTo(Event.of("chat.message", Map.of("text", "hi")));
	}

	@Test
	default void anEventMayHaveNoPayload(Backend backend) {
		assertThat(send(backend, "empty", null).payload(Map.class)).isEqualTo(Map.of());
	}

	@Test
	default void keepsNull(Backend backend) {
		Map<String, @Nullable Object> payload = new LinkedHashMap<>();
		payload.put("nothing", null);
		payload.put("list", Arrays.asList(1, null));
		assertThat(send(backend, "null", payload).payload(Map.class)).isEqualTo(payload);
	}

	@Test
	default void keepsText(Backend backend) {
		Map<String, String> payload = Map.of("plain", "a", "empty", "", "quoted", "\"\\/\b\f\n\r\t\u0001\u2028",
				"letters", "\u00e4\u20ac\u4e2d", "emoji", "\ud83d\ude00", "\u540d", "name", "nul", "a\u0000b");
		assertThat(send(backend, "text", payload).payload(Map.class)).isEqualTo(payload);
	}

	@Test
	default void keepsLongText(Backend backend) {
		Map<String, String> payload = Map.of("text", "\u20ac0123456789".repeat(10_000));
		assertThat(send(backend, "text", payload).payload(Map.class)).isEqualTo(payload);
	}

	@Test
	default void keepsNesting(Backend backend) {
		Map<String, Object> payload = Map.of("list", List.of(List.of(), List.of(1, Map.of("deep", List.of(true)))),
				"map", Map.of("empty", Map.of(), "type", "inner types are not ours"));
		assertThat(send(backend, "nested", payload).payload(Map.class)).isEqualTo(payload);
	}

	@Test
	default void keepsNumbers(Backend backend) {
		Numbers numbers = new Numbers(Integer.MIN_VALUE, Long.MAX_VALUE, 0.1, -1.5e300, new BigDecimal("0.1"));
		assertThat(send(backend, "numbers", numbers).payload(Numbers.class)).isEqualTo(numbers);
	}

	@Test
	default void keepsNumbersThatNoDoubleHolds(Backend backend) {
		long number = (1L << 53) + 1;
		assertThat(send(backend, "long", Map.of("number", number)).payload(Map.class))
			.isEqualTo(Map.of("number", number));
		Price price = new Price(new BigDecimal("12345678901234567890.123456789"));
		assertThat(send(backend, "decimal", price).payload(Price.class)).isEqualTo(price);
	}

	@Test
	default void keepsNumbersThatAreNone(Backend backend) {
		Map<String, Object> payload = Map.of("nan", Double.NaN, "list", List.of(Double.NEGATIVE_INFINITY));
		assertThat(send(backend, "nan", payload).payload(Map.class)).isEqualTo(payload);
	}

	@Test
	default void keepsBytes(Backend backend) {
		byte[] content = { 0, -1, 127, -128 };
		Object received = send(backend, "bytes", new Blob(content)).payload(Blob.class);
		assertThat(((Blob) received).content()).containsExactly(content);
	}

	@Test
	default void keepsWhichClassAValueIsOf(Backend backend) {
		Drawing drawing = new Drawing(new Circle(1), List.of(new Square(2), new Circle(3)));
		assertThat(send(backend, "drawing", drawing).payload(Drawing.class)).isEqualTo(drawing);
	}

	@Test
	default void halfASurrogatePairBecomesAQuestionMark(Backend backend) {
		Map<String, Object> payload = Map.of("a", "x\ud83d", "b", List.of("\ude00y", "\ud83d\ude00"));
		assertThat(send(backend, "half", payload).payload(Map.class))
			.isEqualTo(Map.of("a", "x?", "b", List.of("?y", "\ud83d\ude00")));
	}

	@Test
	default void whatAHandlerDoesNotKnowIsIgnored(Backend backend) {
		SharedEvent received = send(backend, "richer", Map.of("price", 1.5, "currency", "EUR", "tax", Map.of("a", 1)));
		assertThat(received.payload(Price.class)).isEqualTo(new Price(new BigDecimal("1.5")));
	}

	@Test
	default void whatAHandlerMissesIsNull(Backend backend) {
		Object price = send(backend, "poorer", Map.of("other", 1)).payload(Price.class);
		assertThat(price).isEqualTo(new Price(null));
	}

	@Test
	default void membersOfANodeShareWhatIsDecoded(Backend backend) {
		Node node = backend.start();
		GroupName group = backend.group();
		TestConnection first = node.connect(group);
		TestConnection second = node.connect(group);
		node.send(group, Events.event("shared", Map.of("list", new ArrayList<>(List.of(1)))));
		Map<?, ?> payload = (Map<?, ?>) first.next().payload(Map.class);
		assertThat(second.next().payload(Map.class)).isSameAs(payload);
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(payload::clear);
		assertThatExceptionOfType(UnsupportedOperationException.class)
			.isThrownBy(((List<?>) payload.values().iterator().next())::clear);
	}

	@Test
	default void aWorkerGetsThePayload(Backend backend) {
		Node node = backend.start();
		TestWorker worker = TestWorker.ready(backend.patience());
		ChannelName channel = backend.workerChannel();
		node.work(channel, worker);
		Map<String, Object> payload = Map.of("text", "\u20ac", "list", List.of(1, 2.5, true), "map", Map.of());
		node.send(channel, Events.event("job", payload));
		assertThat(worker.next().event().payload(Event.class)).isEqualTo(Event.of("job", payload));
	}

	private static SharedEvent send(Backend backend, String type, @Nullable Object payload) {
		Node node = backend.start();
		TestConnection connection = node.connect();
		node.send(connection.name(), Events.event(type, payload));
		return connection.next();
	}

	/**
	 * Numbers of several kinds.
	 */
	record Numbers(int integer, long large, double fraction, double exponent, BigDecimal decimal) {

	}

	/**
	 * Bytes.
	 */
	record Blob(byte[] content) {

	}

	/**
	 * Says on the wire what it is.
	 */
	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Square.class, name = "square") })
	interface Shape {

	}

	/**
	 * One class of shapes.
	 */
	record Circle(int radius) implements Shape {

	}

	/**
	 * Another one.
	 */
	record Square(int side) implements Shape {

	}

	/**
	 * Values of several classes.
	 */
	record Drawing(Shape first, List<Shape> others) {

	}

	/**
	 * A record with a component that may be missing.
	 */
	record Price(@Nullable BigDecimal price) {

	}

}
