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

	private final SendWindows windows;

	private final PubSubMode mode;

	private final EventCodec codec;

	private final LocalDelivery local;

	private final DropCounter drops;

	private final Callbacks callbacks;

	EventPublisher(CommandSender redis, SendWindows windows, RedisNames names, String node, PubSubMode mode,
			EventCodec codec, LocalDelivery local, DropCounter drops, Callbacks callbacks) {
		this.redis = redis;
		this.names = names;
		this.node = node;
		this.windows = windows;
		this.mode = mode;
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
		return switch (this.local.deliver(channel, this.codec.carried(event))) {
			case TAKEN -> CompletableFuture.completedStage(null);
			case FULL -> CompletableFuture
				.failedStage(new ChannelFullException(channel.value(), this.local.capacityOf(channel)));
			case NO_RECEIVER -> {
				this.drops.dropped(DropReason.NO_RECEIVER, () -> event + " for " + channel);
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
		PubSubMode mode = django ? this.mode.django() : this.mode;
		String master = django ? null : this.redis.masterOf(redisChannel);
		byte[] bytes = this.codec.write((master != null) ? event.with(LayerEvent.VIA, master) : event);
		CompletionStage<Long> published = this.windows.send(redisChannel, bytes.length,
				() -> this.redis.send((commands) -> mode.publish(commands, redisChannel, bytes)));
		return this.callbacks.then(published, (receivers) -> {
			if (receiver != null && receivers == 0 && mode.knowsReceivers()) {
				this.drops.dropped(DropReason.NO_RECEIVER, () -> event + " for " + receiver);
			}
			return null;
		});
	}

}
