/**
 * Planted violations, in a package named as the library's.
 */
@NullMarked
package dev.channels.architecture.planted.consumer;

import org.jspecify.annotations.NullMarked;
