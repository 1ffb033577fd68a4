/**
 * A connection from handshake to disconnect: mailbox, outbound queue, deadlines. Knows no
 * servlet type: a {@link dev.channels.connection.Transport} translates. Imported by
 * {@code consumer} and {@code websocket}, imports {@code layer} and {@code dev.channels}.
 */
@NullMarked
package dev.channels.connection;

import org.jspecify.annotations.NullMarked;
