/**
 * What is measured: the words that the driver and what starts it share.
 */
@NullMarked
package dev.channels.benchmarks.load;

import org.jspecify.annotations.NullMarked;
