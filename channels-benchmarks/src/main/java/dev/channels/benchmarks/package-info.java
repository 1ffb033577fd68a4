/**
 * What the library costs, as ratios that are measured in one run.
 */
@NullMarked
package dev.channels.benchmarks;

import org.jspecify.annotations.NullMarked;
