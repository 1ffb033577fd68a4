package dev.channels.layer;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.channels.Event;
import dev.channels.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link EventCodec#encode}.
 */
class EventCodecEncodeTests {

	private final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	@Test
	void takesAnEvent() {
		assertThat(json(Event.of("a.b", Map.of("x", 1)))).isEqualTo("{\"type\":\"a.b\",\"x\":1}");
	}

	@Test
	void takesAnEventWithoutPayload() {
		assertThat(json(Event.of("a.b"))).isEqualTo("{\"type\":\"a.b\"}");
	}

	@Test
	void takesAnEventWhosePayloadIsARecordOrABean() {
		assertThat(json(Event.of("a", new Point(1, 2)))).isEqualTo("{\"type\":\"a\",\"x\":1,\"y\":2}");
		assertThat(json(Event.of("a", new Bean()))).isEqualTo("{\"type\":\"a\",\"name\":\"bean\"}");
	}

	@Test
	void takesAnObjectOfAnAnnotatedClass() {
		assertThat(json(new Said("hi"))).isEqualTo("{\"type\":\"chat.message\",\"message\":\"hi\"}");
	}

	@Test
	void takesAnObjectWhoseClassExtendsAnAnnotatedOne() {
		assertThat(json(new Child())).isEqualTo("{\"type\":\"parent.said\",\"word\":\"yes\"}");
	}

	@Test
	void takesAMapWithAType() {
		Map<String, Object> map = new HashMap<>();
		map.put("type", "chat.message");
		map.put("message", "hi");
		assertThat(json(map)).isEqualTo("{\"type\":\"chat.message\",\"message\":\"hi\"}");
		assertThat(map).containsEntry("type", "chat.message");
	}

	@Test
	void refusesAnObjectWithoutAType() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(new Point(1, 2)))
			.withMessage("An object of " + Point.class.getName() + " is no event: annotate its class with "
					+ "@EventType, send Event.of(type, payload), or a map with a 'type'");
	}

	@Test
	void refusesAMapWithoutATypeOrWithOneThatIsNoText() {
		for (Map<?, ?> map : List.of(Map.of("message", "hi"), Map.of("type", 7), Map.of())) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(map))
				.withMessageContaining(" is no event: annotate its class with @EventType");
		}
	}

	@Test
	void refusesAnIllegalType() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Map.of("type", "_private")))
			.withMessageStartingWith("Event type '_private' is not legal");
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(new IllegallyTyped("x")))
			.withMessageStartingWith("Event type 'no good' is not legal");
	}

	@Test
	void refusesAPayloadThatIsNoObject() {
		for (Object payload : List.of(List.of(1), "text", 7, new int[] { 1 }, true)) {
			assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Event.of("a.b", payload)))
				.withMessage("The payload of event 'a.b' (" + payload.getClass().getName()
						+ ") is not written as a JSON object: use a record, a bean or a map");
		}
	}

	@Test
	void refusesAPayloadThatCannotBeWritten() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Event.of("a.b", new Endless())))
			.withMessageStartingWith(
					"The payload of event 'a.b' (" + Endless.class.getName() + ") cannot be written: ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "type", "__asgi_channel__", "__channels_", "__channels_except", "__channels_mine" })
	void refusesReservedNamesAtTheTop(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Event.of("a.b", Map.of(name, "x"))))
			.withMessage("The payload of event 'a.b' has a property '" + name + "', which is reserved: rename it");
		assertThat(EventCodec.isReserved(name)).isTrue();
	}

	@Test
	void refusesReservedNamesAfterNestedValues() {
		Map<String, Object> payload = Map.of("a", List.of(Map.of("b", List.of())), "type", "x");
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Event.of("a.b", payload)))
			.withMessageContaining("has a property 'type'");
	}

	@Test
	void refusesReservedNamesOnlyKnownWhenWritten() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Event.of("a.b", new Renamed("x"))))
			.withMessageContaining("has a property 'type'");
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.encode(Event.of("a.b", new Open())))
			.withMessageContaining("has a property '__channels_to'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Type", "types", "_type", "__channels", "__asgi_channel", "__asgi_channel__x", "" })
	void takesNamesThatOnlyLookReserved(String name) {
		assertThat(EventCodec.isReserved(name)).isFalse();
		assertThat(json(Event.of("a", Map.of(name, "x")))).isEqualTo("{\"type\":\"a\",\"" + name + "\":\"x\"}");
	}

	@Test
	void takesReservedNamesInNestedValues() {
		String json = json(Event.of("a", Map.of("inner", Map.of("type", "t"))));
		assertThat(json).isEqualTo("{\"type\":\"a\",\"inner\":{\"type\":\"t\"}}");
	}

	@Test
	void isASnapshot() {
		Map<String, Object> inner = new HashMap<>(Map.of("n", 1));
		List<Object> list = new ArrayList<>(List.of("one", inner));
		byte[] bytes = { 1, 2, 3 };
		StringBuilder builder = new StringBuilder("before");
		Map<String, Object> payload = new HashMap<>(Map.of("list", list, "bytes", bytes, "builder", builder));
		LayerEvent event = this.codec.encode(Event.of("a", payload));
		String before = json(event);
		inner.put("n", 2);
		list.add("two");
		Arrays.fill(bytes, (byte) 9);
		builder.append(" and after");
		payload.put("more", true);
		assertThat(json(event)).isEqualTo(before).contains("\"AQID\"").doesNotContain("two", "more", "after");
	}

	@Test
	void isASnapshotOfABean() {
		Bean bean = new Bean();
		LayerEvent event = this.codec.encode(Event.of("a", bean));
		bean.name = "changed";
		assertThat(json(event)).isEqualTo("{\"type\":\"a\",\"name\":\"bean\"}");
	}

	@Test
	void hasNoControlsOfItsOwn() {
		assertThat(this.codec.encode(Event.of("a")).controls()).isEmpty();
	}

	@Test
	void writesWithTheApplicationsMapper() {
		EventCodec custom = new EventCodec(JsonMapper.builder()
			.enable(tools.jackson.core.StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
			.propertyNamingStrategy(tools.jackson.databind.PropertyNamingStrategies.SNAKE_CASE)
			.build(), new JsonEventSerializer());
		LayerEvent event = custom.encode(Event.of("a", new Wordy("x", BigDecimal.ONE)));
		assertThat(new String(custom.write(event))).isEqualTo("{\"type\":\"a\",\"my_long_name\":\"x\",\"amount\":1}");
	}

	private String json(Object source) {
		return json(this.codec.encode(source));
	}

	private String json(LayerEvent event) {
		return new String(this.codec.write(event));
	}

	record Point(int x, int y) {

	}

	@EventType("chat.message")
	record Said(String message) {

	}

	@EventType("no good")
	record IllegallyTyped(String message) {

	}

	record Renamed(@JsonProperty("type") String kind) {

	}

	record Wordy(String myLongName, BigDecimal amount) {

	}

	@EventType("parent.said")
	static class Parent {

		public String getWord() {
			return "yes";
		}

	}

	static class Child extends Parent {

	}

	static class Bean {

		private String name = "bean";

		public String getName() {
			return this.name;
		}

	}

	static class Open {

		@JsonAnyGetter
		public Map<String, Object> any() {
			return Map.of("__channels_to", "somebody");
		}

	}

	static class Endless {

		public Endless getSelf() {
			return this;
		}

	}

	@Test
	void typeIdsOfGenericPayloadsAreWritten() {
		Shelf<Shape> shelf = new Shelf<>(new Circle(1), List.of(new Square(2), new Circle(3)),
				Map.of("a", new Square(4)), new Envelope<>(new Circle(5)));
		SharedEvent event = share(shelf);
		assertThat(event.payload(new TypeReference<Shelf<Shape>>() {
		}.getType())).isEqualTo(shelf);
		SharedEvent plain = share(new Envelope<>(Map.of("x", List.of(1, "two"))));
		assertThat(plain.payload(Map.class)).isEqualTo(Map.of("data", Map.of("x", List.of(1, "two"))));
	}

	@Test
	void aSerializerThatKnowsNothingOfTypeIdsIsNotAsked() {
		JsonMapper mapper = JsonMapper.builder()
			.addModule(new SimpleModule().addSerializer(Square.class, new ValueSerializer<>() {
				@Override
				public void serialize(Square value, JsonGenerator generator, SerializationContext context) {
					generator.writeString("square");
				}
			}))
			.build();
		LayerEvent event = new EventCodec(mapper, new JsonEventSerializer()).encode(new Envelope<>(new Square(1)));
		assertThat(new SharedEvent(event, new PayloadReader(mapper)).payload(Map.class))
			.isEqualTo(Map.of("data", "square"));
	}

	private SharedEvent share(Object payload) {
		return new SharedEvent(this.codec.encode(payload), new PayloadReader(JsonMapper.builder().build()));
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Square.class, name = "square") })
	sealed interface Shape {

	}

	record Circle(int radius) implements Shape {

	}

	record Square(int side) implements Shape {

	}

	@EventType("envelope")
	record Envelope<T>(T data) {

	}

	@EventType("shelf")
	record Shelf<T>(T first, List<T> others, Map<String, T> named, Envelope<T> inner) {

	}

}
