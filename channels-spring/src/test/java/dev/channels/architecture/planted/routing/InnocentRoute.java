package dev.channels.architecture.planted.routing;

/**
 * Planted: nothing is wrong with it.
 */
public class InnocentRoute {

}
