package dev.channels;

import java.time.Instant;

/**
 * An event that a worker channel gave up on.
 *
 * @param id tells it from others of its channel, as long as it is a dead letter; the
 * layer's business what it looks like
 * @param event the event
 * @param attempts how often a handler was tried
 * @param error class and message of the last exception, at most some 1,000 characters
 * @param time when the event was given up
 * @since 0.1.0
 */
public record DeadLetter(String id, Event event, int attempts, String error, Instant time) {

}
