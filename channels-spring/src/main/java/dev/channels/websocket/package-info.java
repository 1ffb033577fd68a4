/**
 * The edge to the servlet container: routes in Spring's
 * {@link org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry}, the
 * upgrade, and a transport for each container. Imports {@code connection},
 * {@code consumer}, {@code routing} and {@code dev.channels}.
 */
@NullMarked
package dev.channels.websocket;

import org.jspecify.annotations.NullMarked;
