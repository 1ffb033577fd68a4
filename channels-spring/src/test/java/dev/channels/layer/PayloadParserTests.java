package dev.channels.layer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.SerializedString;
import tools.jackson.databind.util.TokenBuffer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PayloadParser}: whichever way a deserializer goes on, it does not see
 * what is reserved.
 */
class PayloadParserTests {

	private static final String EVENT = "{\"type\":\"a\",\"x\":{\"type\":1},\"__channels_y\":[{\"x\":2}],\"z\":[2],"
			+ "\"__asgi_channel__\":\"c\"}";

	static Stream<EventContent> events() {
		EventContent json = EventContent.ofJson(EVENT.getBytes(StandardCharsets.UTF_8));
		TokenBuffer tokens = TokenBuffer.forGeneration();
		json.toTokens().serialize(tokens);
		return Stream.of(json, EventContent.ofTokens(json.toTokens()), EventContent.ofTokens(tokens));
	}

	@ParameterizedTest
	@MethodSource("events")
	void tokenByToken(EventContent event) {
		assertThat(walk(event, JsonParser::nextToken)).containsExactly("START_OBJECT", "PROPERTY_NAME x",
				"START_OBJECT", "PROPERTY_NAME type", "VALUE_NUMBER_INT", "END_OBJECT", "PROPERTY_NAME z",
				"START_ARRAY", "VALUE_NUMBER_INT", "END_ARRAY", "END_OBJECT");
	}

	@ParameterizedTest
	@MethodSource("events")
	void valueByValue(EventContent event) {
		assertThat(walk(event, JsonParser::nextValue)).containsExactly("START_OBJECT", "START_OBJECT",
				"VALUE_NUMBER_INT", "END_OBJECT", "START_ARRAY", "VALUE_NUMBER_INT", "END_ARRAY", "END_OBJECT");
	}

	@ParameterizedTest
	@MethodSource("events")
	void nameByName(EventContent event) {
		try (JsonParser parser = new PayloadParser(event.parser(ObjectReadContext.empty()))) {
			parser.nextToken();
			assertThat(parser.nextName()).isEqualTo("x");
			parser.nextToken();
			parser.skipChildren();
			assertThat(parser.nextName(new SerializedString("z"))).isTrue();
			parser.nextToken();
			parser.skipChildren();
			assertThat(parser.nextName()).isNull();
			assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
		}
		try (JsonParser parser = new PayloadParser(event.parser(ObjectReadContext.empty()))) {
			parser.nextToken();
			assertThat(parser.nextName(new SerializedString("type"))).isFalse();
			assertThat(parser.currentName()).isEqualTo("x");
		}
	}

	private static List<String> walk(EventContent event, Function<JsonParser, JsonToken> next) {
		List<String> result = new ArrayList<>();
		try (JsonParser parser = new PayloadParser(event.parser(ObjectReadContext.empty()))) {
			for (JsonToken token = next.apply(parser); token != null; token = next.apply(parser)) {
				result.add((token == JsonToken.PROPERTY_NAME) ? token + " " + parser.currentName() : token.name());
			}
		}
		return result;
	}

}
