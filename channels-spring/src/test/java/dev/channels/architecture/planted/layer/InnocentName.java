package dev.channels.architecture.planted.layer;

/**
 * Planted: nothing is wrong with it.
 */
public class InnocentName {

}
