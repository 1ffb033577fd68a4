package dev.channels.layer.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import dev.channels.RetryPolicy;
import dev.channels.layer.DropCounter;
import dev.channels.layer.JobSource;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.WorkerPool;
import dev.channels.layer.WorkerSubscription;
import org.jspecify.annotations.Nullable;

/**
 * The workers of this node for one worker channel: the pool of them, the events that the
 * node holds, and the pump that brings these. Nothing blocks.
 */
final class RedisWorkerChannel implements JobSource<HeldEvents.HeldEvent> {

	private final WorkerPool<HeldEvents.HeldEvent> pool;

	private final HeldEvents held;

	private final StreamPump pump;

	/** Workers that are about to be added. */
	private final AtomicInteger coming = new AtomicInteger();

	RedisWorkerChannel(EventStream stream, StreamPump.EventReader reader, WorkerEvents events, ExpiryWatch expiry,
			DropCounter drops, ScheduledExecutorService timer, Duration claimTimeout) {
		String name = stream.channel().value();
		this.pool = new WorkerPool<>(stream.channel(), this);
		this.held = new HeldEvents(name, stream, events, drops, timer);
		this.pump = new StreamPump(name, stream, reader, this.held, expiry, timer, claimTimeout, this.pool::dispatch);
	}

	/**
	 * A worker will be added, so that the channel is needed.
	 */
	void enter() {
		this.coming.incrementAndGet();
	}

	/**
	 * The worker was added.
	 */
	void exit() {
		this.coming.decrementAndGet();
	}

	/**
	 * Whether there is no worker and nothing is left of any.
	 */
	boolean isUnused() {
		return this.coming.get() == 0 && this.pump.isUnused();
	}

	WorkerSubscription work(RetryPolicy retry, Function<SharedEvent, CompletionStage<?>> handler) {
		return this.pool.work(retry, handler);
	}

	/**
	 * @return completes when the last worker has ended, everything is given back and
	 * nothing is read any more; at once if there are workers
	 */
	CompletionStage<Void> whenLeft() {
		return this.pump.whenLeft();
	}

	@Override
	public HeldEvents.@Nullable HeldEvent next() {
		return this.held.next();
	}

	@Override
	public void wanted(int workers) {
		this.pump.wanted(workers);
	}

	@Override
	public CompletionStage<?> acknowledge(HeldEvents.HeldEvent event) {
		return this.held.acknowledge(event);
	}

	@Override
	public void retry(HeldEvents.HeldEvent event, Duration pause) {
		this.held.retry(event, pause, this.pool::dispatch);
	}

	@Override
	public CompletionStage<?> bury(HeldEvents.HeldEvent event, String error) {
		return this.held.bury(event, error);
	}

	@Override
	public void joined() {
		this.pump.joined();
	}

	@Override
	public CompletionStage<?> left() {
		return this.pump.left();
	}

}
