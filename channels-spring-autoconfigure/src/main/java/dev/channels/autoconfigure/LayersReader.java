package dev.channels.autoconfigure;

import java.util.Collection;
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

	private static final String MEMORY = "memory";

	private static final String REDIS = "redis";

	private static final List<String> SETTINGS_OF_REDIS = List.of("encryption-keys", "serializer", "redis");

	private final Map<String, ChannelLayerFactory> factories = new TreeMap<>();

	private final WrittenProperties written;

	LayersReader(List<ChannelLayerFactory> factories, WrittenProperties written) {
		this.written = written;
		factories.forEach((factory) -> this.factories.put(factory.backend(), factory));
	}

	Map<String, ChannelLayer> create(ChannelsProperties properties) {
		Map<String, ChannelLayer> layers = new LinkedHashMap<>();
		try {
			aliases(properties).forEach((alias, layer) -> layers.put(alias, create(alias, layer)));
			layers.computeIfAbsent(ChannelLayers.DEFAULT,
					(alias) -> factory(alias, MEMORY).create(alias, LayerSettings.defaults(), Map.of()));
			this.factories.values().forEach(ChannelLayerFactory::awaitStart);
			return layers;
		}
		catch (RuntimeException ex) {
			// nobody else will: they are no beans
			close(layers.values(), ex);
			throw ex;
		}
	}

	private static void close(Collection<ChannelLayer> layers, RuntimeException reason) {
		for (ChannelLayer layer : layers) {
			try {
				layer.close();
			}
			catch (RuntimeException ex) {
				reason.addSuppressed(ex);
			}
		}
	}

	/**
	 * An environment variable that changes the layer {@code jobQueue} makes Spring Boot
	 * see a layer {@code jobqueue} beside it, with the same settings.
	 */
	private static Map<String, Layer> aliases(ChannelsProperties properties) {
		Map<String, Layer> layers = new LinkedHashMap<>(properties.layers());
		layers.keySet()
			.removeIf((alias) -> alias.equals(WrittenProperties.uniform(alias)) && properties.layers()
				.keySet()
				.stream()
				.anyMatch((other) -> !other.equals(alias) && WrittenProperties.sameAlias(other, alias)));
		return layers;
	}

	private ChannelLayer create(String alias, Layer layer) {
		String backend = checkedBackend(alias, layer);
		LayerSettings settings;
		try {
			settings = new LayerSettings(layer.capacity(),
					layer.channelCapacity().stream().map(this::capacity).toList(), layer.expiry(), layer.workerExpiry(),
					layer.groupExpiry());
		}
		catch (IllegalArgumentException ex) {
			String hidden = this.written.explainHidden("channels.layers." + alias + ".channel-capacity");
			throw new ChannelsConfigurationException(
					"channels.layers." + alias + ": " + ex.getMessage()
							+ (String.valueOf(ex.getMessage()).contains("channel-capacity") ? hidden : ""),
					"Change the value.", ex);
		}
		return factory(alias, backend).create(alias, settings, layer.properties());
	}

	/**
	 * A line that is forgotten should not make a layer in memory, alone and not
	 * encrypted, of one on Redis. Who writes that it is in memory means it, over settings
	 * of Redis in a file that other profiles share.
	 */
	private String checkedBackend(String alias, Layer layer) {
		String location = "channels.layers." + alias + ".";
		String backend = layer.backend();
		boolean ofOurs = backend == null || backend.equals(MEMORY) || backend.equals(REDIS);
		if (ofOurs && !layer.properties().isEmpty()) {
			throw new ChannelsConfigurationException(
					location + "properties: for backends of your own, and this layer has "
							+ ((backend != null) ? "the backend '" + backend + "'" : "no 'backend'"),
					"Write the name of your backend at " + location + "backend, or remove them.");
		}
		if (backend == null || !ofOurs) {
			String setting = this.written.settingOfLayer(alias, SETTINGS_OF_REDIS);
			if (setting != null) {
				throw new ChannelsConfigurationException(
						location + setting + ": a setting of the backend 'redis', and this layer has "
								+ ((backend != null) ? "the backend '" + backend + "'" : "no 'backend'"),
						(backend != null) ? "Move what your backend needs to " + location + "properties."
								: "Write " + location
										+ "backend=redis. If the layer is to be in memory here and on Redis "
										+ "elsewhere, write backend=memory.");
			}
		}
		return (backend != null) ? backend : MEMORY;
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
					backend.equals(REDIS)
							? "Add org.springframework.boot:spring-boot-starter-data-redis, with Lettuce, to the application."
							: "Known backends are " + known + ".");
		}
		return factory;
	}

}
