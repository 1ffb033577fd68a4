/**
 * Which consumer serves which path or worker channel. Imported by {@code consumer} and
 * {@code websocket}, imports only {@code dev.channels}.
 */
@NullMarked
package dev.channels.routing;

import org.jspecify.annotations.NullMarked;
