package dev.channels.layer.redis;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

import dev.channels.Event;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.EventContent;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.databind.json.JsonMapper;

/**
 * Takes payloads through serializers the way two nodes do.
 */
final class Payloads {

	static final JsonMapper mapper = JsonMapper.builder().build();

	private static final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(), mapper);

	private Payloads() {
	}

	static EventContent tokens(Object value) {
		return EventContent.ofTokens(mapper.writeValueIntoBuffer(value));
	}

	/** Return what another node wrote as JSON. */
	static EventContent json(String text) {
		return new JsonEventSerializer().read(text.getBytes(StandardCharsets.UTF_8));
	}

	static String text(EventContent content) {
		return new String(new JsonEventSerializer().write(content), StandardCharsets.UTF_8);
	}

	static String hex(Object value) {
		return HexFormat.of().formatHex(new MsgpackEventSerializer().write(tokens(value)));
	}

	static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex);
	}

	static Map<?, ?> map(EventContent content) {
		try (JsonParser parser = content.parser(ObjectReadContext.empty())) {
			return mapper.readValue(parser, Map.class);
		}
	}

	/**
	 * Send a payload from a node that writes one format to a node that writes another.
	 */
	static Object send(Object payload, Type type, EventSerializer from, EventSerializer to) {
		byte[] bytes = codec(from).write(codec(from).encode(Event.of("a", payload)));
		return local.share(codec(to).read(bytes)).payload(type);
	}

	static EventCodec codec(EventSerializer serializer) {
		return new EventCodec(mapper, serializer);
	}

}
