/**
 * A chat with rooms.
 */
@NullMarked
package sample.chat;

import org.jspecify.annotations.NullMarked;
