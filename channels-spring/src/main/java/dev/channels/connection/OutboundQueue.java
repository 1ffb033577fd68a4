package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import dev.channels.CloseStatus;
import dev.channels.ConnectionSettings;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to one client, by any thread: it waits in a {@link FrameQueue}, bounded in
 * bytes, until the {@link WritePump} takes it. Fields are guarded by this object's
 * monitor, which is never held while the transport, the listener or an action is called.
 * <p>
 * What a turn of the mailbox sends is held back until its end, as long as it fits into
 * one batch, and is then written at once. Not for long, see {@link Corks}, and only what
 * the thread of the turn sends: what others send, pings and the close take along what
 * waits.
 */
final class OutboundQueue implements WritePump.Source, Mailbox.Turns {

	private static final Log logger = LogFactory.getLog(OutboundQueue.class);

	private final Executor executor;

	private final Corks corks;

	private final DropCounter drops;

	private final Listener listener;

	private final SlowConsumer slowConsumer;

	private final FrameQueue frames;

	private final List<Runnable> whenWritable = new ArrayList<>(0);

	private volatile @Nullable WritePump pump;

	/**
	 * What is being written.
	 */
	private List<OutboundFrame> batch = List.of();

	/**
	 * Whether the pump works.
	 */
	private boolean writing;

	private long writingSince;

	/**
	 * Whether nothing is taken any more: the close frame has been added, or the client is
	 * gone.
	 */
	private boolean closing;

	/**
	 * What the close frame says, from before it can be written. Also read without the
	 * monitor.
	 */
	private volatile @Nullable CloseStatus closeStatus;

	/**
	 * The thread whose turn it is. Not guarded: only that thread can find itself here.
	 */
	private @Nullable Thread turn;

	/**
	 * Whether the corks know of this queue.
	 */
	private boolean limited;

	OutboundQueue(ConnectionSettings settings, Executor executor, Corks corks, DropCounter drops, Listener listener) {
		this.executor = executor;
		this.corks = corks;
		this.drops = drops;
		this.listener = listener;
		this.slowConsumer = new SlowConsumer(settings.slowConsumer(), drops, listener);
		this.frames = new FrameQueue(settings.outboundLimit().toBytes());
	}

	/**
	 * Begin to write what was added.
	 */
	void start(Transport transport) {
		WritePump pump;
		List<Runnable> actions;
		synchronized (this) {
			this.pump = new WritePump(transport, this.executor, this);
			pump = pumpToStart();
			actions = takeActions();
		}
		start(pump);
		run(actions);
	}

	/**
	 * Add a message, or drop one, as the policy says.
	 */
	void add(OutboundFrame message) {
		add(message, true);
	}

	/**
	 * Add what a handler returned, after which nothing of the application runs in this
	 * entry of the mailbox.
	 */
	void reply(OutboundFrame message) {
		add(message, false);
	}

	private void add(OutboundFrame message, boolean mayTakeTime) {
		WritePump pump = null;
		SlowConsumer.Verdict verdict;
		synchronized (this) {
			if (this.closing) {
				this.drops.count(DropReason.CLOSED, 1);
				return;
			}
			verdict = this.slowConsumer.judge(message, this.frames);
			if (verdict == SlowConsumer.Verdict.ADD) {
				this.frames.add(message);
				if (this.turn != Thread.currentThread() || this.frames.isBatchFull()) {
					pump = pumpToStart();
				}
				else if (mayTakeTime) {
					limitCork();
				}
			}
		}
		start(pump);
		if (verdict == SlowConsumer.Verdict.CLOSE) {
			this.listener.overflowed();
		}
	}

	@Override
	public void begins() {
		this.turn = Thread.currentThread();
	}

	@Override
	public synchronized void goesOn() {
		limitCork();
	}

	@Override
	public void ends() {
		WritePump pump;
		synchronized (this) {
			if (this.turn == Thread.currentThread()) {
				// otherwise the next one has begun
				this.turn = null;
			}
			pump = pumpToStart();
		}
		start(pump);
	}

	private void limitCork() {
		if (!this.limited && !this.writing && !this.frames.isEmpty()) {
			this.limited = true;
			this.corks.limit(this);
		}
	}

	/**
	 * Write what is held back, if it still is.
	 */
	void uncork() {
		WritePump pump;
		synchronized (this) {
			this.limited = false;
			pump = pumpToStart();
		}
		if (pump != null) {
			pump.startTurn();
		}
	}

	/**
	 * Add a ping.
	 */
	void ping() {
		add(FrameQueue::addPing);
	}

	/**
	 * Answer the client's ping before all that waits. Only the latest one is answered.
	 * @return {@code false} if nothing is written any more
	 */
	boolean pong(byte[] payload) {
		OutboundFrame pong = OutboundFrame.pong(payload);
		WritePump pump;
		synchronized (this) {
			if (this.closing) {
				return false;
			}
			this.frames.setPong(pong);
			pump = pumpToStart();
		}
		if (pump != null) {
			// not on the thread that reads: it would be kept by a flood of pings
			pump.startTurn();
		}
		return true;
	}

	/**
	 * Add the close frame, after which nothing is taken.
	 * @return {@code false} if there is one already
	 */
	boolean close(CloseStatus status) {
		return add((frames) -> {
			frames.setClose(OutboundFrame.close(status));
			this.closeStatus = status;
			endOfSending();
		});
	}

	/**
	 * Return what the close frame says which was added.
	 */
	@Nullable CloseStatus closeStatus() {
		return this.closeStatus;
	}

	private boolean add(Consumer<FrameQueue> frame) {
		WritePump pump;
		synchronized (this) {
			if (this.closing) {
				return false;
			}
			frame.accept(this.frames);
			pump = pumpToStart();
		}
		start(pump);
		return true;
	}

	/**
	 * Write nothing more: the client is gone.
	 */
	synchronized void stop() {
		endOfSending();
		this.drops.count(DropReason.CLOSED, this.frames.clear());
	}

	private void endOfSending() {
		this.closing = true;
		this.whenWritable.clear();
	}

	synchronized boolean isClosing() {
		return this.closing;
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
		WritePump pump = this.pump;
		return (pump != null) ? pump.sent() : 0;
	}

	void whenWritable(Runnable action) {
		synchronized (this) {
			if (this.closing) {
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
		return this.pump != null && !this.closing && this.frames.isAtMostHalfFull();
	}

	private @Nullable WritePump pumpToStart() {
		if (this.pump == null || this.writing || this.frames.isEmpty()) {
			return null;
		}
		this.writing = true;
		this.writingSince = System.nanoTime();
		return this.pump;
	}

	private static void start(@Nullable WritePump pump) {
		if (pump != null) {
			pump.start();
		}
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

	@Override
	public List<OutboundFrame> next() {
		List<OutboundFrame> written;
		List<OutboundFrame> next;
		List<Runnable> actions;
		synchronized (this) {
			written = this.batch;
			next = this.frames.next();
			this.batch = next;
			this.writing = !next.isEmpty();
			if (this.writing && !written.isEmpty()) {
				// each batch has the whole time
				this.writingSince = System.nanoTime();
			}
			actions = takeActions();
		}
		tellOf(written);
		run(actions);
		return next;
	}

	private void tellOf(List<OutboundFrame> written) {
		for (OutboundFrame frame : written) {
			switch (frame.kind()) {
				case PING -> this.listener.pinged();
				case PONG -> this.listener.ponged();
				case CLOSE -> tellOfTheEnd(() -> this.listener.closed(frame.status()));
				case TEXT, BINARY -> {
				}
			}
		}
	}

	@Override
	public void failed(Throwable failure) {
		synchronized (this) {
			stop();
			this.drops.count(DropReason.CLOSED, this.batch.stream().filter(OutboundFrame::isMessage).count());
			this.batch = List.of();
			this.writing = false;
		}
		tellOfTheEnd(() -> this.listener.failed(failure));
	}

	/**
	 * Not on a thread that only wanted to send something, and has its own locks perhaps.
	 */
	private void tellOfTheEnd(Runnable call) {
		try {
			this.executor.execute(call);
		}
		catch (RejectedExecutionException ex) {
			call.run();
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
