/**
 * The Redis layer: many nodes, Django among them, on one Redis. Imported by nobody but
 * the auto-configuration, imports {@code layer} and {@code dev.channels}.
 */
@NullMarked
package dev.channels.layer.redis;

import org.jspecify.annotations.NullMarked;
