/**
 * Workers: consumers without a client, fed by worker channels. Imports {@code consumer},
 * {@code layer}, {@code routing} and {@code dev.channels}.
 */
@NullMarked
package dev.channels.worker;

import org.jspecify.annotations.NullMarked;
