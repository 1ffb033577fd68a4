package dev.channels.autoconfigure;

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
	 * @return the layer
	 */
	ChannelLayer create(String alias, LayerSettings settings);

	/**
	 * Called once, when all layers of the application are created. A backend that needs
	 * time to connect waits here, for all its layers together. Does nothing by default.
	 * @throws dev.channels.ChannelsConfigurationException if a layer cannot start
	 */
	default void awaitStart() {
	}

}
