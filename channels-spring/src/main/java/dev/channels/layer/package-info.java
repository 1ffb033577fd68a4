/**
 * The channel layer: names, events on the wire, local delivery and the layer that lives
 * in one process. Imported by all rooms above it, imports only {@code dev.channels}.
 */
@NullMarked
package dev.channels.layer;

import org.jspecify.annotations.NullMarked;
