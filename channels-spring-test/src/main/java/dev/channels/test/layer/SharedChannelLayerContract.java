package dev.channels.test.layer;

/**
 * What a {@link dev.channels.layer.ChannelLayer} promises whose nodes share a backend:
 * all of {@link ChannelLayerContract}, and that it holds between nodes. Extend it in the
 * same way; layers that one test creates have to see each other.
 *
 * @since 0.1.0
 */
public abstract class SharedChannelLayerContract extends ChannelLayerContract
		implements SharedConnectionContract, SharedGroupContract, SharedWorkerContract {

}
