/**
 * The same chat, written by hand on Vert.x.
 */
@NullMarked
package dev.channels.benchmarks.peer.vertx;

import org.jspecify.annotations.NullMarked;
