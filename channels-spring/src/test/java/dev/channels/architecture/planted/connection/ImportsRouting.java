package dev.channels.architecture.planted.connection;

import dev.channels.architecture.planted.routing.InnocentRoute;

/**
 * Planted: a connection does not know routes.
 */
class ImportsRouting {

	final InnocentRoute route = new InnocentRoute();

}
