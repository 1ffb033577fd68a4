package dev.channels.layer;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one channel. It counts against the channel's capacity until it
 * is taken or discarded.
 *
 * @since 0.1.0
 */
public final class Delivery {

	private static final AtomicIntegerFieldUpdater<Delivery> DONE = AtomicIntegerFieldUpdater.newUpdater(Delivery.class,
			"done");

	private final LocalChannel channel;

	private final SharedEvent event;

	private final long expiresAt;

	@SuppressWarnings("unused")
	private volatile int done;

	Delivery(LocalChannel channel, SharedEvent event, long expiresAt) {
		this.channel = channel;
		this.event = event;
		this.expiresAt = expiresAt;
	}

	/**
	 * Take the event to handle it now.
	 * @return the event, or {@code null} if it waited too long, which has been counted,
	 * or was taken or discarded before
	 */
	public @Nullable SharedEvent take() {
		if (!DONE.compareAndSet(this, 0, 1)) {
			return null;
		}
		return this.channel.taken(this.event, this.expiresAt) ? this.event : null;
	}

	/**
	 * Give the event up, since the channel ends. Does nothing if it was taken.
	 */
	public void discard() {
		if (DONE.compareAndSet(this, 0, 1)) {
			this.channel.discarded();
		}
	}

}
