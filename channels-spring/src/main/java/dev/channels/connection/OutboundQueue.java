package dev.channels.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import dev.channels.SlowConsumerPolicy;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one client, bounded in bytes. One task at a time writes, on
 * an executor; who sends only enqueues. Fields are guarded by this object's monitor,
 * which is never held while the transport is called.
 */
final class OutboundQueue {

	private static final Log logger = LogFactory.getLog(OutboundQueue.class);

	private static final int MAX_BATCH_FRAMES = 64;

	private static final long MAX_BATCH_BYTES = 64 * 1024;

	/**
	 * After so many batches other connections get their turn.
	 */
	private static final int MAX_BATCHES_PER_TURN = 16;

	private final long limit;

	private final SlowConsumerPolicy policy;

	private final Executor executor;

	private final DropCounter drops;

	private final Listener listener;

	/**
	 * Messages, which alone can be dropped.
	 */
	private final Deque<OutboundFrame> messages = new ArrayDeque<>();

	/**
	 * Pings that wait. They pass messages, so that the time to the pong is that of the
	 * network.
	 */
	private int pings;

	/**
	 * The last frame of all.
	 */
	private @Nullable OutboundFrame close;

	private final List<Runnable> whenWritable = new ArrayList<>();

	private volatile @Nullable Transport transport;

	/**
	 * The answer to the client's latest ping.
	 */
	private @Nullable OutboundFrame pong;

	/**
	 * What messages cost that wait or are in the batch that is being written.
	 */
	private long bytes;

	private boolean writing;

	private boolean closing;

	private boolean stopped;

	private long writingSince;

	OutboundQueue(ConnectionSettings settings, Executor executor, DropCounter drops, Listener listener) {
		this.limit = settings.outboundLimit().toBytes();
		this.policy = settings.slowConsumer();
		this.executor = executor;
		this.drops = drops;
		this.listener = listener;
	}

	/**
	 * Begin to write what was added.
	 */
	void start(Transport transport) {
		boolean start;
		List<Runnable> actions;
		synchronized (this) {
			this.transport = transport;
			start = tryStart();
			actions = takeActions();
		}
		if (start) {
			startTurn();
		}
		run(actions);
	}

	/**
	 * Add a message, or drop one, as the policy says.
	 */
	void add(OutboundFrame message) {
		boolean overflow = false;
		synchronized (this) {
			if (this.closing || this.stopped) {
				this.drops.count(DropReason.CLOSED, 1);
				return;
			}
			if (!hasRoomFor(message)) {
				if (this.policy == SlowConsumerPolicy.DROP_NEWEST) {
					this.drops.dropped(DropReason.SLOW_CONSUMER, this.listener);
					return;
				}
				overflow = this.policy == SlowConsumerPolicy.CLOSE;
				while (!this.messages.isEmpty() && (overflow || !hasRoomFor(message))) {
					this.bytes -= this.messages.remove().cost();
					this.drops.dropped(DropReason.SLOW_CONSUMER, this.listener);
				}
			}
			if (!overflow) {
				enqueue(message);
				if (!tryStart()) {
					return;
				}
			}
		}
		if (overflow) {
			this.drops.dropped(DropReason.SLOW_CONSUMER, this.listener);
			this.listener.overflowed();
		}
		else {
			startTurn();
		}
	}

	/**
	 * Add a ping.
	 */
	void ping() {
		synchronized (this) {
			if (this.closing || this.stopped) {
				return;
			}
			this.pings++;
			if (!tryStart()) {
				return;
			}
		}
		startTurn();
	}

	/**
	 * Answer the client's ping before all that waits. Only the latest one is answered.
	 * @return {@code false} if nothing is written any more
	 */
	boolean pong(byte[] payload) {
		synchronized (this) {
			if (this.closing || this.stopped) {
				return false;
			}
			this.pong = OutboundFrame.pong(payload);
			if (!tryStart()) {
				return true;
			}
		}
		startTurn();
		return true;
	}

	/**
	 * Add the close frame, after which nothing is taken.
	 * @return {@code false} if there is one already
	 */
	boolean close(CloseStatus status) {
		synchronized (this) {
			if (this.closing || this.stopped) {
				return false;
			}
			this.closing = true;
			this.close = OutboundFrame.close(status);
			this.whenWritable.clear();
			if (!tryStart()) {
				return true;
			}
		}
		startTurn();
		return true;
	}

	/**
	 * Write nothing more: the client is gone.
	 */
	synchronized void stop() {
		this.stopped = true;
		this.drops.count(DropReason.CLOSED, this.messages.size());
		this.messages.clear();
		this.pings = 0;
		this.pong = null;
		this.close = null;
		this.whenWritable.clear();
	}

	synchronized boolean isClosing() {
		return this.closing || this.stopped;
	}

	/**
	 * Return since when a write is under way, in nanoseconds of the system's clock, or 0.
	 */
	synchronized long writingSince() {
		return this.writing ? this.writingSince : 0;
	}

	/**
	 * Return how many bytes the client's network has taken so far.
	 */
	long sent() {
		Transport transport = this.transport;
		return (transport != null) ? transport.sent() : 0;
	}

	void whenWritable(Runnable action) {
		synchronized (this) {
			if (this.closing || this.stopped) {
				return;
			}
			if (!isWritable()) {
				this.whenWritable.add(action);
				return;
			}
		}
		action.run();
	}

	synchronized boolean isWritable() {
		return this.transport != null && !this.closing && !this.stopped && this.bytes <= this.limit / 2;
	}

	private List<Runnable> takeActions() {
		if (this.whenWritable.isEmpty() || !isWritable()) {
			return List.of();
		}
		List<Runnable> actions = List.copyOf(this.whenWritable);
		this.whenWritable.clear();
		return actions;
	}

	/**
	 * Run actions of others: none of them keeps the writer from its work.
	 */
	private void run(List<Runnable> actions) {
		for (Runnable action : actions) {
			try {
				action.run();
			}
			catch (Throwable ex) {
				logger.error("What waited for room to send a " + this.listener + " failed", ex);
			}
		}
	}

	private void countLost(Collection<OutboundFrame> frames) {
		this.drops.count(DropReason.CLOSED, frames.stream().filter(OutboundFrame::isMessage).count());
	}

	private boolean hasRoomFor(OutboundFrame message) {
		return this.bytes == 0 || this.bytes + message.cost() <= this.limit;
	}

	private void enqueue(OutboundFrame message) {
		this.messages.add(message);
		this.bytes += message.cost();
	}

	private boolean tryStart() {
		if (this.transport == null || this.writing
				|| (this.messages.isEmpty() && this.pings == 0 && this.pong == null && this.close == null)) {
			return false;
		}
		this.writing = true;
		this.writingSince = System.nanoTime();
		return true;
	}

	private void startTurn() {
		try {
			this.executor.execute(this::writeBatches);
		}
		catch (RejectedExecutionException ex) {
			this.listener.failed(ex);
		}
	}

	private void writeBatches() {
		for (int i = 0; i < MAX_BATCHES_PER_TURN; i++) {
			List<OutboundFrame> batch = nextBatch();
			if (batch.isEmpty()) {
				return;
			}
			Batch written = new Batch(batch);
			try {
				transport().write(batch, written);
			}
			catch (Throwable ex) {
				// no transport does this knowingly; without an end nothing more is
				// written
				written.written(ex);
			}
			if (!written.completedWithin()) {
				return;
			}
		}
		startTurn();
	}

	private Transport transport() {
		Transport transport = this.transport;
		if (transport == null) {
			throw new IllegalStateException("Not started");
		}
		return transport;
	}

	private synchronized List<OutboundFrame> nextBatch() {
		List<OutboundFrame> batch = new ArrayList<>(Math.min(this.pings + this.messages.size() + 1, MAX_BATCH_FRAMES));
		while (this.pings > 0) {
			this.pings--;
			batch.add(OutboundFrame.PING);
		}
		long size = 0;
		if (this.pong != null) {
			batch.add(this.pong);
			this.pong = null;
		}
		while (!this.messages.isEmpty() && batch.size() < MAX_BATCH_FRAMES && size < MAX_BATCH_BYTES) {
			OutboundFrame message = this.messages.remove();
			batch.add(message);
			size += message.size();
		}
		if (this.close != null && this.messages.isEmpty()) {
			batch.add(this.close);
			this.close = null;
		}
		this.writing = !batch.isEmpty();
		this.writingSince = System.nanoTime();
		return batch;
	}

	/**
	 * A batch was written.
	 * @return whether to go on
	 */
	private boolean written(List<OutboundFrame> batch, @Nullable Throwable failure) {
		if (failure != null) {
			stop();
			synchronized (this) {
				this.writing = false;
				countLost(batch);
			}
			this.listener.failed(failure);
			return false;
		}
		boolean pinged = false;
		boolean ponged = false;
		List<Runnable> actions;
		synchronized (this) {
			for (OutboundFrame frame : batch) {
				this.bytes -= frame.isMessage() ? frame.cost() : 0;
				pinged |= frame.kind() == OutboundFrame.Kind.PING;
				ponged |= frame.kind() == OutboundFrame.Kind.PONG;
			}
			actions = takeActions();
		}
		run(actions);
		OutboundFrame last = batch.get(batch.size() - 1);
		if (last.kind() == OutboundFrame.Kind.CLOSE) {
			this.listener.closed(last.status());
			return false;
		}
		if (pinged) {
			this.listener.pinged();
		}
		if (ponged) {
			this.listener.ponged();
		}
		return true;
	}

	/**
	 * Finds out whether a write ended before the call returned, which keeps the stack
	 * flat, or later.
	 */
	private final class Batch implements Transport.WriteCallback {

		private final List<OutboundFrame> frames;

		private final AtomicBoolean ended = new AtomicBoolean();

		private final AtomicInteger signals = new AtomicInteger();

		private volatile boolean goOn;

		Batch(List<OutboundFrame> frames) {
			this.frames = frames;
		}

		@Override
		public void written(@Nullable Throwable failure) {
			if (!this.ended.compareAndSet(false, true)) {
				return;
			}
			this.goOn = OutboundQueue.this.written(this.frames, failure);
			if (this.signals.getAndIncrement() == 1 && this.goOn) {
				writeBatches();
			}
		}

		boolean completedWithin() {
			return this.signals.getAndIncrement() == 1 && this.goOn;
		}

	}

	/**
	 * Is told what becomes of the frames; says which connection it is.
	 */
	interface Listener {

		/**
		 * A ping was written.
		 */
		void pinged();

		/**
		 * The answer to the client's ping was written.
		 */
		void ponged();

		/**
		 * The close frame was written.
		 */
		void closed(CloseStatus status);

		/**
		 * A write failed, nothing more is written.
		 */
		void failed(Throwable failure);

		/**
		 * The queue was full, and the policy is to close.
		 */
		void overflowed();

	}

}
