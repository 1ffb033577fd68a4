/**
 * The contract of channel layers, as tests that any implementation can run:
 * {@link dev.channels.test.layer.ChannelLayerContract} for every layer,
 * {@link dev.channels.test.layer.SharedChannelLayerContract} for one that nodes share.
 */
@NullMarked
package dev.channels.test.layer;

import org.jspecify.annotations.NullMarked;
