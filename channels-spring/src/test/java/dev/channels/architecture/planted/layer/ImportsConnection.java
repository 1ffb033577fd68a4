package dev.channels.architecture.planted.layer;

import dev.channels.architecture.planted.connection.InnocentConnection;

/**
 * Planted: the layer does not know connections.
 */
class ImportsConnection {

	final InnocentConnection[] connections = new InnocentConnection[0];

}
