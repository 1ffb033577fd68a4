package dev.channels.architecture.planted.connection;

import dev.channels.architecture.planted.layer.InnocentName;

/**
 * Planted: a connection may know the layer.
 */
public class InnocentConnection {

	final InnocentName name = new InnocentName();

}
