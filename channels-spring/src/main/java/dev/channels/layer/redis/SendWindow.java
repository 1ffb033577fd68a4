package dev.channels.layer.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

import dev.channels.ChannelLayerException;
import dev.channels.LayerFullException;
import io.lettuce.core.RedisCommandTimeoutException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.NestedExceptionUtils;

/**
 * Events for one master of Redis. A part of them is under way; more wait here in order,
 * up to a number of bytes, since the client refuses what comes in greater numbers. While
 * the master is silent nothing waits: who sends is told at once.
 * <p>
 * Fields are guarded by this object's monitor, which is not held while an event is sent.
 * What waits is sent by one thread at a time, of the executor. That is never an I/O
 * thread: what one of these sends passes what other threads have handed to the client and
 * the client has not written yet.
 */
final class SendWindow {

	/**
	 * The deadline of a command counts from when the client has it, behind all that it
	 * has already: so few that also a slow Redis answers them all well before.
	 */
	static final int EVENTS_UNDER_WAY = 1000;

	static final long BYTES_UNDER_WAY = 4L << 20;

	static final long BYTES_WAITING = 16L << 20;

	/** The size of something that is under way alone, after all before it. */
	static final int ALONE = (int) BYTES_UNDER_WAY;

	/** What an event costs beside its own bytes. */
	private static final int OVERHEAD = 200;

	/** One part of the room in so many has to be free before what waits is sent on. */
	private static final int REFILL = 4;

	private final Executor executor;

	private final Deque<Waiting<?>> waiting = new ArrayDeque<>();

	private long bytesWaiting;

	private int eventsUnderWay;

	private long bytesUnderWay;

	private boolean draining;

	/** Whether the last event that ended was not answered in time. */
	private boolean silent;

	/**
	 * @param executor sends what has waited
	 */
	SendWindow(Executor executor) {
		this.executor = executor;
	}

	/**
	 * Send an event, or let it wait for those before it.
	 * @param bytes the size of the event
	 * @param send sends it
	 */
	<T> CompletionStage<T> send(int bytes, Supplier<CompletionStage<T>> send) {
		int cost = bytes + OVERHEAD;
		Waiting<T> event = new Waiting<>(cost, send);
		synchronized (this) {
			if (this.waiting.isEmpty() && !this.draining && hasRoom(cost)) {
				begin(cost);
			}
			else if (this.silent) {
				return CompletableFuture.failedStage(new ChannelLayerException("Redis does not answer, and "
						+ this.eventsUnderWay + " events are under way to it: this one was not sent"));
			}
			else if (this.bytesWaiting + cost > BYTES_WAITING) {
				return CompletableFuture.failedStage(new LayerFullException((BYTES_WAITING >> 20)
						+ " MB of events wait to be sent to Redis, this one was not sent: wait for the stages of earlier ones"));
			}
			else {
				this.waiting.add(event);
				this.bytesWaiting += cost;
				return event;
			}
		}
		dispatch(event);
		return event;
	}

	private boolean hasRoom(int cost) {
		return this.eventsUnderWay == 0
				|| (this.eventsUnderWay < EVENTS_UNDER_WAY && this.bytesUnderWay + cost <= BYTES_UNDER_WAY);
	}

	/**
	 * Whether there is room for many: each refill takes a thread.
	 */
	private boolean isRefillDue() {
		return this.eventsUnderWay <= EVENTS_UNDER_WAY - EVENTS_UNDER_WAY / REFILL
				&& this.bytesUnderWay <= BYTES_UNDER_WAY - BYTES_UNDER_WAY / REFILL;
	}

	private void begin(int cost) {
		this.eventsUnderWay++;
		this.bytesUnderWay += cost;
	}

	private <T> void dispatch(Waiting<T> event) {
		CompletionStage<T> sent;
		try {
			sent = event.send.get();
		}
		catch (RuntimeException ex) {
			sent = CompletableFuture.failedStage(ex);
		}
		sent.whenComplete((value, failure) -> {
			ended(event.cost, failure);
			if (failure != null) {
				event.completeExceptionally(failure);
			}
			else {
				event.complete(value);
			}
		});
	}

	private void ended(int cost, @Nullable Throwable failure) {
		List<Waiting<?>> refused = List.of();
		boolean more;
		synchronized (this) {
			this.eventsUnderWay--;
			this.bytesUnderWay -= cost;
			this.silent = failure != null
					&& NestedExceptionUtils.getMostSpecificCause(failure) instanceof RedisCommandTimeoutException;
			if (this.silent) {
				refused = new ArrayList<>(this.waiting);
				this.waiting.clear();
				this.bytesWaiting = 0;
			}
			more = !this.waiting.isEmpty() && !this.draining && isRefillDue();
			this.draining |= more;
		}
		for (Waiting<?> event : refused) {
			event.completeExceptionally(new ChannelLayerException("Redis does not answer: this event was not sent"));
		}
		if (more) {
			refill();
		}
	}

	private void refill() {
		try {
			this.executor.execute(this::drain);
		}
		catch (RejectedExecutionException ex) {
			// the layer is closed, and sends nothing any more
			drain();
		}
	}

	private void drain() {
		while (true) {
			Waiting<?> next;
			synchronized (this) {
				next = this.waiting.peek();
				if (next == null || !hasRoom(next.cost)) {
					this.draining = false;
					return;
				}
				this.waiting.remove();
				this.bytesWaiting -= next.cost;
				begin(next.cost);
			}
			dispatch(next);
		}
	}

	/**
	 * An event, and what becomes of it.
	 */
	private static final class Waiting<T> extends CompletableFuture<T> {

		private final int cost;

		private final Supplier<CompletionStage<T>> send;

		Waiting(int cost, Supplier<CompletionStage<T>> send) {
			this.cost = cost;
			this.send = send;
		}

	}

}
