package dev.channels.architecture.planted;

import dev.channels.architecture.planted.layer.InnocentName;

/**
 * Planted: the root package imports nothing of ours.
 */
class RootImportsLayer {

	final InnocentName name = new InnocentName();

}
