/**
 * The same chat, written by hand on Spring's WebSocket support.
 */
@NullMarked
package dev.channels.benchmarks.peer.spring;

import org.jspecify.annotations.NullMarked;
