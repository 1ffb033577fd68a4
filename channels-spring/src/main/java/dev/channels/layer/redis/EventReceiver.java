package dev.channels.layer.redis;

import java.util.function.Predicate;

import dev.channels.InvalidNameException;
import dev.channels.layer.ChannelName;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import dev.channels.layer.EventCodec;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.LocalDelivery;
import dev.channels.layer.RateLimitedLog;
import dev.channels.layer.UndecodableEventException;
import org.apache.commons.logging.LogFactory;

/**
 * Takes what is published to this node, decodes it, and hands it to its connections. Runs
 * on an I/O thread of the Redis client, and does not block it.
 */
final class EventReceiver {

	private static final RateLimitedLog failures = new RateLimitedLog(LogFactory.getLog(EventReceiver.class));

	private final RedisNames names;

	private final String nodeChannel;

	private final EventCodec codec;

	private final LocalDelivery local;

	private final DropCounter drops;

	private final Predicate<String> replaced;

	private final ControlEvents controls;

	/**
	 * @param replaced whether a master had failed, and another one has taken its place: a
	 * frozen one may still send on what it got long ago
	 */
	EventReceiver(RedisNames names, String node, EventCodec codec, LocalDelivery local, DropCounter drops,
			Predicate<String> replaced, ControlEvents controls) {
		this.names = names;
		this.nodeChannel = names.nodeChannel(node);
		this.codec = codec;
		this.local = local;
		this.drops = drops;
		this.replaced = replaced;
		this.controls = controls;
	}

	/**
	 * Deliver a message. Whatever it is, it neither stops those behind it nor floods the
	 * log.
	 */
	void received(String redisChannel, byte[] message) {
		try {
			LayerEvent event = this.codec.read(message);
			if (event.controls().get(LayerEvent.VIA) instanceof String master && this.replaced.test(master)) {
				this.drops.dropped(DropReason.LATE, () -> event + " by way of " + master);
				return;
			}
			if (redisChannel.equals(this.nodeChannel)) {
				receivedByNode(event);
				return;
			}
			GroupName group = this.names.groupOfChannel(redisChannel);
			if (group != null) {
				this.local.deliver(group, event);
			}
			else {
				deliver(ChannelName.of(redisChannel), event);
			}
		}
		catch (UndecodableEventException | InvalidNameException ex) {
			this.drops.dropped(DropReason.UNDECODABLE, () -> ex.getMessage() + " on Redis channel " + redisChannel);
		}
		catch (RuntimeException ex) {
			this.drops.count(DropReason.UNDECODABLE, 1);
			failures.warn(() -> "A message on Redis channel " + redisChannel + " could not be delivered", ex);
		}
	}

	private void receivedByNode(LayerEvent event) {
		if (event.controls().get(LayerEvent.TO) instanceof String channel) {
			deliver(ChannelName.of(channel), event);
		}
		else {
			this.controls.received(event);
		}
	}

	private void deliver(ChannelName channel, LayerEvent event) {
		switch (this.local.deliver(channel, event)) {
			case FULL -> this.drops.dropped(DropReason.CAPACITY, () -> event + " for " + channel);
			case NO_RECEIVER -> this.drops.dropped(DropReason.NO_RECEIVER, () -> event + " for " + channel);
			case TAKEN -> {
			}
		}
	}

	/**
	 * Takes what is for the node itself.
	 */
	@FunctionalInterface
	interface ControlEvents {

		void received(LayerEvent event);

	}

}
