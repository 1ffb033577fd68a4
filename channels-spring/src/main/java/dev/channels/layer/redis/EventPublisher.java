package dev.channels.layer.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.ChannelFullException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LocalDelivery;
import org.jspecify.annotations.Nullable;

/**
 * Sends events to groups and connections: by pub/sub to the nodes that serve them, and to
 * a connection of this node without detour.
 */
final class EventPublisher {

	private final CommandSender redis;

	private final RedisNames names;

	private final String node;

	private final Topology topology;

	private final EventCodec codec;

	private final LocalDelivery local;

	private final DropCounter drops;

	private final Callbacks callbacks;

	EventPublisher(CommandSender redis, RedisNames names, String node, Topology topology, EventCodec codec,
			LocalDelivery local, DropCounter drops, Callbacks callbacks) {
		this.redis = redis;
		this.names = names;
		this.node = node;
		this.topology = topology;
		this.codec = codec;
		this.local = local;
		this.drops = drops;
		this.callbacks = callbacks;
	}

	/**
	 * Send an event to a group, also to members of this node by way of Redis: delivered
	 * at once, it would overtake others.
	 */
	CompletionStage<Void> toGroup(GroupName group, LayerEvent event) {
		return publish(this.names.channelOf(this.names.hidden(group)), event, null);
	}

	/**
	 * Send an event to a connection of any node.
	 */
	CompletionStage<Void> toConnection(ChannelName channel, LayerEvent event) {
		String owner = channel.node();
		if (!owner.equals(this.node)) {
			return publish(this.names.nodeChannel(owner), event.with(LayerEvent.TO, channel.value()), channel);
		}
		return switch (this.local.deliver(channel, this.codec.read(this.codec.write(event)))) {
			case TAKEN -> CompletableFuture.completedStage(null);
			case FULL -> CompletableFuture
				.failedStage(new ChannelFullException(channel.value(), this.local.capacityOf(channel)));
			case NO_RECEIVER -> {
				this.drops.dropped(DropReason.NO_RECEIVER, event + " for " + channel);
				yield CompletableFuture.completedStage(null);
			}
		};
	}

	/**
	 * Send an event to a connection of a Django application.
	 */
	CompletionStage<Void> toDjangoConnection(ChannelName channel, LayerEvent event) {
		return publish(channel.value(), event, channel);
	}

	/**
	 * @param receiver the one connection that it is for, {@code null} for a group
	 */
	private CompletionStage<Void> publish(String redisChannel, LayerEvent event, @Nullable ChannelName receiver) {
		boolean django = receiver != null && !receiver.isConnection();
		String master = django ? null : this.redis.masterOf(redisChannel);
		byte[] bytes = this.codec.write((master != null) ? event.with(LayerEvent.VIA, master) : event);
		// what Django subscribes to is never sharded
		boolean sharded = this.topology == Topology.SHARDED_CLUSTER && !django;
		CompletionStage<Long> published = this.redis.send(
				(commands) -> sharded ? commands.spublish(redisChannel, bytes) : commands.publish(redisChannel, bytes));
		return this.callbacks.then(published, (receivers) -> {
			// a node of a cluster only knows its own receivers
			if (receiver != null && receivers == 0 && (sharded || this.topology == Topology.SINGLE)) {
				this.drops.dropped(DropReason.NO_RECEIVER, event + " for " + receiver);
			}
			return null;
		});
	}

	/**
	 * How an event comes to its subscribers.
	 */
	enum Topology {

		/**
		 * There is one master, which knows all subscribers.
		 */
		SINGLE,

		/**
		 * Each node of a cluster passes events on to all others.
		 */
		CLUSTER,

		/**
		 * Events stay in the shard of their channel.
		 */
		SHARDED_CLUSTER

	}

}
