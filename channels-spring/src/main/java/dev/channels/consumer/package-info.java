/**
 * Consumers: how they are found and checked at start, and how their handler methods are
 * called. Imported by {@code worker} and {@code websocket}, imports {@code connection},
 * {@code layer}, {@code routing} and {@code dev.channels}.
 */
@NullMarked
package dev.channels.consumer;

import org.jspecify.annotations.NullMarked;
