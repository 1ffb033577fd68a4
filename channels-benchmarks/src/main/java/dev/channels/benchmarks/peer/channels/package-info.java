/**
 * The quick start of the README.
 */
@NullMarked
package dev.channels.benchmarks.peer.channels;

import org.jspecify.annotations.NullMarked;
