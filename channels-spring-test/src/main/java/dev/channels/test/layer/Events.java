package dev.channels.test.layer;

import dev.channels.Event;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes events as an application would. Its format does not matter: a layer has its own.
 */
final class Events {

	private static final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	private Events() {
	}

	static LayerEvent event(String type) {
		return event(type, null);
	}

	static LayerEvent event(String type, @Nullable Object payload) {
		return codec.encode(Event.of(type, payload));
	}

	static LayerEvent numbered(int sender, int number) {
		return event("numbered", new Numbered(sender, number));
	}

	/**
	 * A payload that says who sent it as which one.
	 */
	record Numbered(int sender, int number) {

	}

}
