package dev.channels.connection;

import java.util.Map;

import dev.channels.Event;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.SharedEvent;
import tools.jackson.databind.json.JsonMapper;

/**
 * Events for tests.
 */
final class Events {

	private static final EventCodec codec = new EventCodec(JsonMapper.builder().build(), new JsonEventSerializer());

	private static final LocalDelivery delivery = new LocalDelivery(LayerSettings.defaults(), new DropCounter(),
			JsonMapper.builder().build());

	private Events() {
	}

	static LayerEvent of(String type) {
		return codec.encode(Event.of(type, Map.of()));
	}

	static SharedEvent shared(String type) {
		return delivery.share(of(type));
	}

	static SharedEvent shared(String type, String control, Object value) {
		return delivery.share(of(type).with(control, value));
	}

}
