/**
 * What parts of the library cost without a socket, with what they allocate.
 */
@NullMarked
package dev.channels.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
