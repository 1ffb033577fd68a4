package dev.channels.layer;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.channels.DeadLetter;
import dev.channels.GroupAddress;
import dev.channels.RetryPolicy;
import org.jspecify.annotations.Nullable;

/**
 * Carries events between consumers, wherever they run. Implementations deliver on a node
 * through {@link LocalDelivery} and only carry or store what is for other nodes.
 * <p>
 * All methods may be called by many threads and return at once. Events that one thread
 * sends to one group reach each member in order and at most once; events for a worker
 * channel are handled at least once. Stages fail with a
 * {@link dev.channels.ChannelLayerException} if the backend could not be reached.
 *
 * @since 0.1.0
 */
public interface ChannelLayer extends AutoCloseable {

	/**
	 * Return what encodes the events that are sent through this layer.
	 * @return the codec, {@code null} if any does that writes JSON
	 */
	default @Nullable EventCodec codec() {
		return null;
	}

	/**
	 * Whether a name is that of a connection, on any node or in another application that
	 * shares the backend, not that of a worker channel.
	 * @param channel the name
	 * @return {@code true} if so
	 */
	default boolean isConnection(ChannelName channel) {
		return channel.isConnection();
	}

	/**
	 * Send an event to one connection, or to one worker of a worker channel.
	 * @param channel the connection or worker channel
	 * @param event the event
	 * @return completes when the layer has taken the event; fails with a
	 * {@link dev.channels.ChannelFullException} if a worker channel, or a connection of
	 * this node, is full. An event for a connection that does not exist is dropped and
	 * counted
	 */
	CompletionStage<Void> send(ChannelName channel, LayerEvent event);

	/**
	 * Send an event to all members of a group, except {@link LayerEvent#except()}. Does
	 * nothing if there are none; a member that is full misses the event, which is
	 * counted.
	 * @param group the group
	 * @param event the event
	 * @return completes when the layer has taken the event
	 */
	CompletionStage<Void> groupSend(GroupName group, LayerEvent event);

	/**
	 * Add a connection of this node to a group. Does nothing if it is a member. On return
	 * the node knows of it; on completion all nodes send it the group's events.
	 * @param group the group
	 * @param channel the connection
	 * @return completes when the membership is in effect
	 */
	CompletionStage<Void> groupAdd(GroupName group, ChannelName channel);

	/**
	 * Remove a connection of this node from a group. Does nothing if it is no member.
	 * @param group the group
	 * @param channel the connection
	 * @return completes when the registry knows of it
	 */
	CompletionStage<Void> groupDiscard(GroupName group, ChannelName channel);

	/**
	 * Count the members of a group on all nodes.
	 * @param group the group
	 * @return the number, zero for an unknown group
	 */
	CompletionStage<Long> groupSize(GroupName group);

	/**
	 * List members of a group on all nodes.
	 * @param group the group
	 * @param cursor the cursor of the page before, {@code null} for the first
	 * @param limit about how many to return
	 * @return a page, empty for an unknown group
	 */
	CompletionStage<GroupAddress.Page> groupMembers(GroupName group, @Nullable String cursor, int limit);

	/**
	 * Invent the name of a connection.
	 * @return a name that no connection on any node has or had
	 */
	ChannelName newChannel();

	/**
	 * Serve a connection of this node.
	 * @param channel a name that {@link #newChannel()} gave
	 * @param receiver gets its events, on a thread of the layer; must neither block nor
	 * throw
	 * @return completes when events from all nodes reach it
	 */
	CompletionStage<Void> subscribe(ChannelName channel, Consumer<Delivery> receiver);

	/**
	 * Stop serving a connection of this node. Does nothing if nobody serves it.
	 * @param channel the connection
	 */
	void unsubscribe(ChannelName channel);

	/**
	 * Serve a worker channel. May be called several times, also by other nodes: each
	 * event goes to one of the workers, and each worker gets one at a time.
	 * @param channel the worker channel
	 * @param retry what to do when the worker fails
	 * @param worker handles events, called on a thread of the layer and must not block:
	 * the event is acknowledged when its stage completes and tried again when it fails,
	 * unless it fails with an {@link UndecodableEventException}
	 * @return the subscription
	 */
	WorkerSubscription work(ChannelName channel, RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> worker);

	/**
	 * List the dead letters of a worker channel, oldest first.
	 * @param channel the worker channel
	 * @param limit how many to return at most
	 * @return the dead letters
	 */
	CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit);

	/**
	 * Send dead letters of a worker channel again, as new events whose attempts start
	 * anew. Each is either a dead letter or waits for a worker, never both or neither.
	 * @param channel the worker channel
	 * @param id the {@link DeadLetter#id()} of one, {@code null} for all that there are
	 * @return how many were sent again; fails with a
	 * {@link dev.channels.ChannelFullException} if the channel has no room for all: those
	 * that found none stay dead letters
	 */
	CompletionStage<Long> redeliver(ChannelName channel, @Nullable String id);

	/**
	 * Forget dead letters of a worker channel.
	 * @param channel the worker channel
	 * @param id the {@link DeadLetter#id()} of one, {@code null} for all that there are
	 * @return how many were forgotten
	 */
	CompletionStage<Long> discard(ChannelName channel, @Nullable String id);

	/**
	 * Forget all groups and everything that waits in worker channels, on all nodes. For
	 * tests and emergencies: living connections have to join again.
	 * @return completes when it is done
	 */
	CompletionStage<Void> flush();

	/**
	 * Give up what the layer holds, after all connections and workers have ended.
	 */
	@Override
	default void close() {
	}

}
