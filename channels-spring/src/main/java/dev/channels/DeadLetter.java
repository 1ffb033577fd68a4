package dev.channels;

import java.time.Instant;

/**
 * An event that a worker channel gave up on.
 *
 * @param event the event
 * @param attempts how often a handler was tried
 * @param error class and message of the last exception
 * @param time when the event was given up
 * @since 0.1.0
 */
public record DeadLetter(Event event, int attempts, String error, Instant time) {

}
