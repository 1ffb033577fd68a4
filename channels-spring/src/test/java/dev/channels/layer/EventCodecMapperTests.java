package dev.channels.layer;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.channels.Event;
import dev.channels.EventType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link EventCodec} and {@link SharedEvent} with mappers and classes that do
 * things of their own: what is sent within a process and what goes over the wire is read
 * as the same.
 */
class EventCodecMapperTests {

	static List<Boolean> ways() {
		return List.of(false, true);
	}

	/**
	 * Others read the wire, who know nothing of this application.
	 */
	@ParameterizedTest
	@MethodSource("ways")
	void whatTheMapperIsToldAboutTextIsNotHeard(boolean wire) {
		JsonMapper odd = JsonMapper.builder(JsonFactory.builder().quoteChar('\'').rootValueSeparator("!").build())
			.enable(SerializationFeature.INDENT_OUTPUT)
			.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
			.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
			.enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
			.disable(JsonWriteFeature.QUOTE_PROPERTY_NAMES)
			.enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS, JsonWriteFeature.WRITE_NUMBERS_AS_STRINGS,
					JsonWriteFeature.ESCAPE_NON_ASCII)
			.build();
		Map<String, Object> payload = new LinkedHashMap<>();
		payload.put("text", "\u00e9");
		payload.put("number", 1.5);
		payload.put("none", Double.NaN);
		payload.put("large", new BigDecimal("1E+40"));
		EventCodec codec = new EventCodec(odd, new JsonEventSerializer());
		LayerEvent event = codec.encode(Event.of("a", payload)).with(LayerEvent.EXCEPT, List.of("b!1"));
		assertThat(new String(codec.write(event), StandardCharsets.UTF_8))
			.isEqualTo("{\"type\":\"a\",\"text\":\"\u00e9\",\"number\":1.5,\"none\":NaN,\"large\":1E+40,"
					+ "\"__channels_except\":[\"b!1\"]}");
		payload.put("large", 1E+40);
		assertThat(receive(odd, event, wire).payload(Map.class)).isEqualTo(payload);
	}

	@ParameterizedTest
	@MethodSource("ways")
	void typeIdsComeThrough(boolean wire) {
		Drawing drawing = new Drawing(new Circle(1), List.of(new Square(2), new Circle(3)));
		assertThat(send(JsonMapper.builder().build(), drawing, wire).payload(Drawing.class)).isEqualTo(drawing);
		Circle circle = new Circle(4);
		assertThat(send(JsonMapper.builder().build(), Event.of("a", circle), wire).payload(Shape.class))
			.isEqualTo(circle);
	}

	/**
	 * A serializer may ask for others, and write names in any of the ways that there are.
	 */
	@ParameterizedTest
	@MethodSource("ways")
	void serializersAndDeserializersFindTheMapper(boolean wire) {
		JsonMapper mapper = JsonMapper.builder()
			.addModule(new SimpleModule().addSerializer(Pair.class, new ValueSerializer<>() {
				@Override
				public void serialize(Pair value, JsonGenerator generator, SerializationContext context) {
					generator.writeStartObject();
					generator.writePOJOProperty("first", value.first());
					generator.writeName("second").writePOJO(value.second());
					generator.writeEndObject();
				}
			}).addDeserializer(Pair.class, new ValueDeserializer<>() {
				@Override
				public Pair deserialize(JsonParser parser, DeserializationContext context) {
					JsonNode node = parser.readValueAsTree();
					assertThat(node.propertyNames()).containsExactly("first", "second");
					return new Pair(context.readTreeAsValue(node.get("first"), Circle.class),
							context.readTreeAsValue(node.get("second"), Square.class));
				}
			}))
			.build();
		Pair pair = new Pair(new Circle(1), new Square(2));
		assertThat(send(mapper, Event.of("pair", pair), wire).payload(Pair.class)).isEqualTo(pair);
	}

	@ParameterizedTest
	@MethodSource("ways")
	void whoTakesAllPropertiesTakesNoneThatIsReserved(boolean wire) {
		JsonMapper mapper = JsonMapper.builder().build();
		LayerEvent event = new EventCodec(mapper, new JsonEventSerializer())
			.encode(Event.of("a", Map.of("x", 1, "inner", Map.of("type", "t", "__channels_to", "u"))))
			.with(LayerEvent.TO, "b!1");
		SharedEvent received = receive(mapper, event, wire);
		Map<String, Object> expected = Map.of("x", 1, "inner", Map.of("type", "t", "__channels_to", "u"));
		assertThat(((Everything) received.payload(Everything.class)).all).isEqualTo(expected);
		assertThat(received.payload(Map.class)).isEqualTo(expected);
		assertThat(received.payload(JsonNode.class)).hasToString(mapper.valueToTree(expected).toString());
	}

	@Test
	void reservedNamesAreHiddenWhereverOthersPutThem() {
		JsonMapper mapper = JsonMapper.builder().build();
		LayerEvent event = new EventCodec(mapper, new JsonEventSerializer()).read("""
				{"__channels_x":{"a":[{}]},"radius":7,"type":"a","__asgi_channel__":[[1]],"type":"b",
				 "__channels_y":null}""".getBytes(StandardCharsets.UTF_8));
		SharedEvent received = new SharedEvent(event, new PayloadReader(mapper));
		assertThat(received.type()).isEqualTo("b");
		assertThat(received.payload(Circle.class)).isEqualTo(new Circle(7));
		assertThat(received.payload(Map.class)).isEqualTo(Map.of("radius", 7));
		assertThat(received.payload(Nothing.class)).isEqualTo(new Nothing());
	}

	@ParameterizedTest
	@MethodSource("ways")
	void rawJsonIsTheValueThatItIs(boolean wire) {
		Raw raw = new Raw(" {\"a\": [1.50, {\"type\": null}]} ", 7);
		assertThat(send(JsonMapper.builder().build(), Event.of("a", raw), wire).payload(Map.class))
			.hasToString("{json={a=[1.5, {type=null}]}, after=7}");
	}

	/**
	 * A client may have sent it: it must not become part of the event itself.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "", "secret", "{secret", "1,\"type\":\"b\"", "1,\"__channels_disconnect\":{\"code\":4000}",
			"{} {}", "1}", "\"" })
	void rawJsonThatIsNoValueIsRefused(String json) {
		EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());
		assertThatIllegalArgumentException().isThrownBy(() -> codec.encode(Event.of("a", new Raw(json, 7))))
			.withMessage("The payload of event 'a' (" + Raw.class.getName()
					+ ") cannot be written: a raw value is not valid JSON");
	}

	@Test
	void takes500ContainersWithinEachOtherAndNoMore() {
		JsonMapper mapper = JsonMapper.builder().build();
		EventCodec codec = new EventCodec(mapper, new JsonEventSerializer());
		LayerEvent event = codec.encode(Event.of("a", nested(500)));
		assertThat(codec.write(codec.read(codec.write(event)))).isEqualTo(codec.write(event));
		assertThatIllegalArgumentException().isThrownBy(() -> codec.encode(Event.of("a", nested(501))))
			.withMessage("An event cannot have more than 500 maps and lists within each other");
	}

	@Test
	void whatJsonDoesNotTellApartIsAsOnTheWire() {
		Map<String, Object> payload = Map.of("long", 1L, "bytes", new byte[] { 1 }, "decimal", new BigDecimal("1.50"),
				"letter", 'x', "float", 0.1f);
		for (boolean wire : ways()) {
			assertThat(send(JsonMapper.builder().build(), Event.of("a", payload), wire).payload(Map.class))
				.isEqualTo(Map.of("long", 1, "bytes", "AQ==", "decimal", 1.5, "letter", "x", "float", 0.1));
		}
	}

	private static Map<?, ?> nested(int depth) {
		Map<?, ?> result = Map.of();
		for (int i = 1; i < depth; i++) {
			result = Map.of("a", result);
		}
		return result;
	}

	private static SharedEvent send(JsonMapper mapper, Object event, boolean wire) {
		return receive(mapper, new EventCodec(mapper, new JsonEventSerializer()).encode(event), wire);
	}

	private static SharedEvent receive(JsonMapper mapper, LayerEvent event, boolean wire) {
		EventCodec codec = new EventCodec(mapper, new JsonEventSerializer());
		return new SharedEvent(wire ? codec.read(codec.write(event)) : codec.carried(event), new PayloadReader(mapper));
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Square.class, name = "square") })
	sealed interface Shape {

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind", defaultImpl = Circle.class)
	record Circle(int radius) implements Shape {

	}

	record Square(int side) implements Shape {

	}

	@EventType("drawing")
	record Drawing(Shape first, List<Shape> others) {

	}

	record Pair(Circle first, Square second) {

	}

	record Nothing() {

	}

	record Raw(@JsonRawValue String json, int after) {

	}

	static class Everything {

		private final Map<String, Object> all = new LinkedHashMap<>();

		@JsonAnySetter
		void set(String name, Object value) {
			this.all.put(name, value);
		}

	}

}
