package dev.channels.layer.redis;

import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

import dev.channels.Event;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.EventSerializer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Takes payloads through serializers the way two nodes do.
 */
final class Payloads {

	static final JsonMapper mapper = JsonMapper.builder().build();

	private static final LocalDelivery local = new LocalDelivery(LayerSettings.defaults(), new DropCounter(), mapper);

	private Payloads() {
	}

	static TokenBuffer tokens(Object value) {
		return mapper.writeValueIntoBuffer(value);
	}

	/** Return the tokens of what another node wrote as JSON. */
	static TokenBuffer json(String text) {
		return new JsonEventSerializer().read(text.getBytes(StandardCharsets.UTF_8));
	}

	static String text(TokenBuffer tokens) {
		return new String(new JsonEventSerializer().write(tokens), StandardCharsets.UTF_8);
	}

	static String hex(Object value) {
		return HexFormat.of().formatHex(new MsgpackEventSerializer().write(tokens(value)));
	}

	static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex);
	}

	static Map<?, ?> map(TokenBuffer tokens) {
		return mapper.readValue(tokens, Map.class);
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
