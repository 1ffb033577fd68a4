package dev.channels.architecture.planted.websocket;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Planted: the web socket package may know containers.
 */
class InnocentUpgrade {

	HttpServletRequest request;

}
