/**
 * The load driver: a process of its own that plays all clients.
 */
@NullMarked
package dev.channels.benchmarks.driver;

import org.jspecify.annotations.NullMarked;
