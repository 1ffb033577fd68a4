package dev.channels.layer;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A channel of this node: counts what waits in it, and hands events to its receiver. Safe
 * for use by many threads.
 */
final class LocalChannel {

	private final ChannelName name;

	private final int capacity;

	private final long expiryNanos;

	private final Consumer<Delivery> receiver;

	private final DropCounter drops;

	private final LongSupplier nanoTime;

	private final AtomicInteger waiting = new AtomicInteger();

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
	 * Hand an event to the receiver.
	 * @return {@code false} if the channel is full
	 */
	boolean offer(SharedEvent event) {
		if (event.control(LayerEvent.DISCONNECT) != null && this.receiver instanceof Receiver controlled) {
			controlled.control(event);
			return true;
		}
		if (this.waiting.incrementAndGet() > this.capacity) {
			this.waiting.decrementAndGet();
			return false;
		}
		this.receiver.accept(new Delivery(this, event, this.nanoTime.getAsLong() + this.expiryNanos));
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
