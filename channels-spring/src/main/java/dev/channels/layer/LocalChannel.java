package dev.channels.layer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * A channel of this node: counts what waits in it, and hands events to its receiver. Safe
 * for use by many threads.
 */
final class LocalChannel {

	private final ChannelName name;

	private final int capacity;

	private final long expiryNanos;

	private final DropCounter drops;

	private final LongSupplier nanoTime;

	private final AtomicInteger waiting = new AtomicInteger();

	/** Is let go when the channel is closed: memberships may live on. */
	private volatile @Nullable Consumer<Delivery> receiver;

	LocalChannel(ChannelName name, LayerSettings settings, Consumer<Delivery> receiver, DropCounter drops,
			LongSupplier nanoTime) {
		this.name = name;
		this.capacity = settings.capacityOf(name);
		this.expiryNanos = settings.expiry().toNanos();
		this.receiver = receiver;
		this.drops = drops;
		this.nanoTime = nanoTime;
	}

	int capacity() {
		return this.capacity;
	}

	/**
	 * Take nothing more: nobody serves the channel, or somebody else does.
	 */
	void close() {
		this.receiver = null;
	}

	boolean isClosed() {
		return this.receiver == null;
	}

	/**
	 * Hand an event to the receiver.
	 * @param now the time of the delivery, the same for all members of a group
	 * @return {@code false} if the channel is full
	 */
	boolean offer(SharedEvent event, long now) {
		Consumer<Delivery> receiver = this.receiver;
		if (receiver == null) {
			this.drops.count(DropReason.CLOSED, 1);
			return true;
		}
		if (receiver instanceof Receiver controlled && event.control(LayerEvent.DISCONNECT) != null) {
			controlled.control(event);
			return true;
		}
		if (this.waiting.incrementAndGet() > this.capacity) {
			this.waiting.decrementAndGet();
			return false;
		}
		receiver.accept(new Delivery(this, event, now + this.expiryNanos));
		return true;
	}

	boolean taken(SharedEvent event, long expiresAt) {
		this.waiting.decrementAndGet();
		if (this.nanoTime.getAsLong() - expiresAt > 0) {
			this.drops.dropped(DropReason.EXPIRED, () -> event + " for " + this.name);
			return false;
		}
		return true;
	}

	void discarded() {
		this.waiting.decrementAndGet();
		this.drops.count(DropReason.CLOSED, 1);
	}

}
