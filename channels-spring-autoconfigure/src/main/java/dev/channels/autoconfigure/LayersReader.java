package dev.channels.autoconfigure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.channels.ChannelsConfigurationException;
import dev.channels.autoconfigure.ChannelsProperties.ChannelCapacity;
import dev.channels.autoconfigure.ChannelsProperties.Layer;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DidYouMean;
import dev.channels.layer.LayerSettings;

/**
 * Creates the layers that the properties name.
 */
final class LayersReader {

	private final Map<String, ChannelLayerFactory> factories = new TreeMap<>();

	LayersReader(List<ChannelLayerFactory> factories) {
		factories.forEach((factory) -> this.factories.put(factory.backend(), factory));
	}

	Map<String, ChannelLayer> create(ChannelsProperties properties) {
		Map<String, ChannelLayer> layers = new LinkedHashMap<>();
		try {
			properties.layers().forEach((alias, layer) -> layers.put(alias, create(alias, layer)));
			layers.computeIfAbsent(ChannelLayers.DEFAULT,
					(alias) -> factory(alias, "memory").create(alias, LayerSettings.defaults()));
			this.factories.values().forEach(ChannelLayerFactory::awaitStart);
			return layers;
		}
		catch (RuntimeException ex) {
			// nobody else will: they are no beans
			layers.values().forEach(ChannelLayer::close);
			throw ex;
		}
	}

	private ChannelLayer create(String alias, Layer layer) {
		LayerSettings settings;
		try {
			settings = new LayerSettings(layer.capacity(),
					layer.channelCapacity().stream().map(this::capacity).toList(), layer.expiry(), layer.workerExpiry(),
					layer.groupExpiry());
		}
		catch (IllegalArgumentException ex) {
			throw new ChannelsConfigurationException("channels.layers." + alias + ": " + ex.getMessage(),
					"Change the value.", ex);
		}
		return factory(alias, layer.backend()).create(alias, settings);
	}

	private LayerSettings.ChannelCapacity capacity(ChannelCapacity capacity) {
		return new LayerSettings.ChannelCapacity((capacity.pattern() != null) ? capacity.pattern() : "",
				capacity.capacity());
	}

	private ChannelLayerFactory factory(String alias, String backend) {
		ChannelLayerFactory factory = this.factories.get(backend);
		if (factory == null) {
			Set<String> known = this.factories.keySet();
			throw new ChannelsConfigurationException(
					"channels.layers." + alias + ".backend: no backend named '" + backend + "'"
							+ DidYouMean.suffix(backend, known),
					backend.equals("redis")
							? "Add org.springframework.boot:spring-boot-starter-data-redis, with Lettuce, to the application."
							: "Known backends are " + known + ".");
		}
		return factory;
	}

}
