package dev.channels.architecture.planted.connection;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Planted: only the web socket package knows containers.
 */
class KnowsServlets {

	HttpServletRequest request;

}
