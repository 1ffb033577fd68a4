package dev.channels.architecture.planted.websocket;

/**
 * Planted: a name that says nothing.
 */
class BadlyNamedImpl {

}
