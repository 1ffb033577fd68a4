/**
 * Planted violations, in a package named as the library's.
 */
@NullMarked
package dev.channels.architecture.planted.routing;

import org.jspecify.annotations.NullMarked;
