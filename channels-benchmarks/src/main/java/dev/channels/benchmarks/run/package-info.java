/**
 * Starts servers and the driver in turn, and makes a table of what they tell.
 */
@NullMarked
package dev.channels.benchmarks.run;

import org.jspecify.annotations.NullMarked;
