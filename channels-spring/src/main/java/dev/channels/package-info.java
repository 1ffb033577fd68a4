/**
 * All that an application imports: the annotations of a consumer, its
 * {@link dev.channels.Connection}, the {@link dev.channels.Channels} facade and the
 * exceptions. This package imports nothing else of the library.
 */
@NullMarked
package dev.channels;

import org.jspecify.annotations.NullMarked;
