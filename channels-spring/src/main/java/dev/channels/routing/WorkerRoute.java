package dev.channels.routing;

import dev.channels.RetryPolicy;

/**
 * A worker channel that a consumer serves.
 *
 * @param location where the route is configured, for messages: {@code channels.routes[1]}
 * @param channel the name of the worker channel
 * @param consumer the name of the consumer
 * @param concurrency how many instances of the consumer handle events at the same time on
 * this node
 * @param retry what to do with an event that could not be handled
 * @since 0.1.0
 */
public record WorkerRoute(String location, String channel, String consumer, int concurrency, RetryPolicy retry) {

}
