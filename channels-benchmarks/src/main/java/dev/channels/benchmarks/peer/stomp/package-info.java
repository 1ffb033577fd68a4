/**
 * The same chat on STOMP and Spring's simple broker.
 */
@NullMarked
package dev.channels.benchmarks.peer.stomp;

import org.jspecify.annotations.NullMarked;
