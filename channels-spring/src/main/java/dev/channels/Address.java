package dev.channels;

import java.util.concurrent.CompletionStage;

import org.jspecify.annotations.Nullable;

/**
 * Somewhere to send events to: a group, a user, a connection or a worker channel.
 *
 * @since 0.1.0
 */
public interface Address {

	/**
	 * Send an event. May be called from any thread and never blocks on a client. The
	 * event is encoded at once: later changes to the object are not seen.
	 * @param event an {@link Event}, an object whose class is annotated
	 * {@link EventType}, or a map with a {@code type}
	 * @return a stage that completes when the layer has taken the event. It fails with a
	 * {@link ChannelFullException} if a single channel is full, and with a
	 * {@link ChannelLayerException} if the layer could not be reached. It may be ignored:
	 * a failure is then logged, at a limited rate, and counted
	 * @throws IllegalArgumentException if the object is no event
	 */
	CompletionStage<Void> send(Object event);

	/**
	 * Send an event, as {@link #send(Object)}.
	 * @param type the event type
	 * @param payload a map, record or bean with the properties
	 * @return a stage that completes when the layer has taken the event
	 * @throws IllegalArgumentException if type or payload are not legal
	 */
	default CompletionStage<Void> send(String type, @Nullable Object payload) {
		return send(Event.of(type, payload));
	}

}
