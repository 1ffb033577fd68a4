package dev.channels.autoconfigure;

import java.util.Map;

import dev.channels.connection.ConnectionExecutors;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.InMemoryChannelLayer;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.layer.LayerSettings;
import dev.channels.layer.LocalDelivery;
import tools.jackson.databind.json.JsonMapper;

/**
 * Creates layers within this process.
 */
final class MemoryLayerFactory implements ChannelLayerFactory {

	private final JsonMapper mapper;

	private final DropCounter drops;

	private final ConnectionExecutors executors;

	MemoryLayerFactory(JsonMapper mapper, DropCounter drops, ConnectionExecutors executors) {
		this.mapper = mapper;
		this.drops = drops;
		this.executors = executors;
	}

	@Override
	public String backend() {
		return "memory";
	}

	@Override
	public ChannelLayer create(String alias, LayerSettings settings, Map<String, String> properties) {
		return new InMemoryChannelLayer(settings, new EventCodec(this.mapper, new JsonEventSerializer()),
				new LocalDelivery(settings, this.drops, this.mapper), this.drops, this.executors.timer());
	}

}
