package dev.channels.layer;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.channels.Channels;

/**
 * The layers of an application, by alias.
 *
 * @since 0.1.0
 */
public final class ChannelLayers implements AutoCloseable {

	/**
	 * Alias of the layer that is used unless another one is named.
	 */
	public static final String DEFAULT = "default";

	private final Map<String, ChannelLayer> layers;

	private final EventCodec codec;

	private final DropCounter drops;

	/**
	 * Create the layers.
	 * @param layers the layers by alias
	 * @param codec encodes what applications send through layers without a codec of their
	 * own
	 * @param drops where to count sends that fail
	 */
	public ChannelLayers(Map<String, ? extends ChannelLayer> layers, EventCodec codec, DropCounter drops) {
		this.layers = new TreeMap<>(layers);
		this.codec = codec;
		this.drops = drops;
	}

	/**
	 * Return a layer.
	 * @param alias its alias
	 * @return the layer
	 * @throws IllegalArgumentException if there is no such layer
	 */
	public ChannelLayer get(String alias) {
		ChannelLayer layer = this.layers.get(alias);
		if (layer == null) {
			throw new IllegalArgumentException("There is no channel layer '" + alias + "', only " + this.layers.keySet()
					+ ": configure it as channels.layers." + alias + ".backend");
		}
		return layer;
	}

	/**
	 * Whether there is a layer of this alias.
	 * @param alias the alias
	 * @return {@code true} if so
	 */
	public boolean contains(String alias) {
		return this.layers.containsKey(alias);
	}

	/**
	 * Return the aliases.
	 * @return unmodifiable set
	 */
	public Set<String> aliases() {
		return Collections.unmodifiableSet(this.layers.keySet());
	}

	/**
	 * Return the facade that applications use.
	 * @param alias the alias of its layer
	 * @return the facade
	 * @throws IllegalArgumentException if there is no such layer
	 */
	public Channels channels(String alias) {
		ChannelLayer layer = get(alias);
		EventCodec own = layer.codec();
		return new DefaultChannels(this, layer, (own != null) ? own : this.codec, this.drops);
	}

	/**
	 * Close all layers, also when one of them fails.
	 * @throws RuntimeException the first failure, after all have been asked to close; it
	 * has the others as suppressed ones
	 */
	@Override
	public void close() {
		RuntimeException failure = null;
		for (Map.Entry<String, ChannelLayer> layer : this.layers.entrySet()) {
			try {
				layer.getValue().close();
			}
			catch (Throwable ex) {
				IllegalStateException told = new IllegalStateException(
						"The channel layer '" + layer.getKey() + "' cannot be closed: " + ex, ex);
				if (failure == null) {
					failure = told;
				}
				else {
					failure.addSuppressed(told);
				}
			}
		}
		if (failure != null) {
			throw failure;
		}
	}

}
