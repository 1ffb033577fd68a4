package dev.channels.autoconfigure;

import java.util.Map;

import dev.channels.layer.ChannelLayer;
import dev.channels.layer.LayerSettings;

/**
 * Creates the layers of one backend. Define a bean of this type to add a backend of your
 * own.
 *
 * @since 0.1.0
 */
public interface ChannelLayerFactory {

	/**
	 * Return the name of the backend.
	 * @return what stands at {@code channels.layers.<alias>.backend}
	 */
	String backend();

	/**
	 * Create a layer.
	 * @param alias the alias of the layer
	 * @param settings its limits
	 * @param properties what stands at {@code channels.layers.<alias>.properties}, by
	 * names with dots; always empty for the backends of Channels itself
	 * @return the layer
	 * @throws dev.channels.ChannelsConfigurationException if a value is wrong or missing
	 */
	ChannelLayer create(String alias, LayerSettings settings, Map<String, String> properties);

	/**
	 * Called once, when all layers of the application are created. A backend that needs
	 * time to connect waits here, for all its layers together. Does nothing by default.
	 * @throws dev.channels.ChannelsConfigurationException if a layer cannot start
	 */
	default void awaitStart() {
	}

}
