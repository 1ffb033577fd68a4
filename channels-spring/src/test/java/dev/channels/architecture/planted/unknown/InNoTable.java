package dev.channels.architecture.planted.unknown;

/**
 * Planted: a class of a package that nobody has thought about.
 */
class InNoTable {

}
