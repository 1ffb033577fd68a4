package dev.channels.layer;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link JsonEventSerializer}.
 */
class JsonEventSerializerTests {

	private final JsonMapper mapper = JsonMapper.builder().build();

	private final JsonEventSerializer serializer = new JsonEventSerializer();

	@Test
	void writesNumbersThatAreNoneAsPythonDoes() {
		Map<String, Object> value = new LinkedHashMap<>();
		value.put("a", Double.NaN);
		value.put("b", Double.POSITIVE_INFINITY);
		value.put("c", Float.NEGATIVE_INFINITY);
		assertThat(write(value)).isEqualTo("{\"a\":NaN,\"b\":Infinity,\"c\":-Infinity}");
	}

	@Test
	void readsWhatPythonWrites() {
		Map<?, ?> read = read(
				"{\"a\": NaN, \"b\": [Infinity, -Infinity], \"c\": \"h\\u00e9llo\", \"d\": 1.0, \"e\": 1e+16}");
		assertThat(read).hasToString("{a=NaN, b=[Infinity, -Infinity], c=h\u00e9llo, d=1.0, e=1.0E16}");
	}

	@Test
	void readsTextsThatLookLikeNumbersAsTexts() {
		assertThat(read("{\"a\":\"NaN\"}")).isEqualTo(Map.of("a", "NaN"));
		assertThat(write(Map.of("a", "NaN"))).isEqualTo("{\"a\":\"NaN\"}");
	}

	@Test
	void writesBytesAsBase64() {
		assertThat(write(Map.of("a", new byte[] { 0, -1 }))).isEqualTo("{\"a\":\"AP8=\"}");
	}

	@Test
	void writes500ContainersWithinEachOtherAndNoMore() {
		byte[] bytes = this.serializer.write(nested(500));
		assertThat(this.serializer.write(this.serializer.read(bytes))).isEqualTo(bytes);
		assertThatIllegalArgumentException().isThrownBy(() -> this.serializer.write(nested(501)))
			.withMessage("An event cannot have more than 500 maps and lists within each other");
	}

	private Map<?, ?> read(String json) {
		return this.mapper.readValue(this.serializer.read(json.getBytes(StandardCharsets.UTF_8)).toTokens(), Map.class);
	}

	private String write(Object value) {
		return new String(this.serializer.write(EventContent.ofTokens(this.mapper.writeValueIntoBuffer(value))),
				StandardCharsets.UTF_8);
	}

	private static EventContent nested(int depth) {
		TokenBuffer result = TokenBuffer.forGeneration();
		for (int i = 0; i < depth; i++) {
			result.writeStartObject().writeName("a");
		}
		result.writeNull();
		for (int i = 0; i < depth; i++) {
			result.writeEndObject();
		}
		return EventContent.ofTokens(result);
	}

}
