package dev.channels.connection;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs the entries of one connection one at a time and in order, on an executor. An entry
 * that returns a stage holds up the next one, but no thread. Fields are guarded by this
 * object's monitor, which is never held while an entry runs.
 */
final class Mailbox {

	private static final Log logger = LogFactory.getLog(Mailbox.class);

	/**
	 * After so many entries other connections get their turn.
	 */
	private static final int MAX_ENTRIES_PER_TURN = 32;

	private final Executor executor;

	private final Turns turns;

	private final Deque<Entry> entries = new ArrayDeque<>();

	private boolean open;

	private boolean busy;

	private boolean ended;

	/**
	 * How many entries have been begun.
	 */
	private long begun;

	Mailbox(Executor executor, Turns turns) {
		this.executor = executor;
		this.turns = turns;
	}

	/**
	 * Add an entry.
	 * @return {@code false} if the mailbox has ended
	 */
	boolean add(Entry entry) {
		synchronized (this) {
			if (this.ended) {
				return false;
			}
			this.entries.add(entry);
			if (!tryStart()) {
				return true;
			}
		}
		startTurn();
		return true;
	}

	/**
	 * Begin to run what was added.
	 */
	void open() {
		synchronized (this) {
			this.open = true;
			if (!tryStart()) {
				return;
			}
		}
		startTurn();
	}

	/**
	 * Add the last entry, discard events that wait, and open the mailbox if it was not
	 * open yet. Messages of the client still come before the last entry.
	 */
	void end(Entry last) {
		List<Entry> discarded = new ArrayList<>();
		boolean start;
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
			this.entries.removeIf((entry) -> entry.isEvent() && discarded.add(entry));
			this.entries.add(last);
			this.open = true;
			start = tryStart();
		}
		discarded.forEach(Entry::discard);
		if (start) {
			startTurn();
		}
	}

	private boolean tryStart() {
		if (!this.open || this.busy || this.entries.isEmpty()) {
			return false;
		}
		this.busy = true;
		return true;
	}

	private void startTurn() {
		try {
			this.executor.execute(this::runTurn);
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The executor has been shut down, entries of a connection are not run");
		}
	}

	private void runTurn() {
		this.turns.begins();
		boolean more = runEntries();
		this.turns.ends();
		if (more) {
			startTurn();
		}
	}

	/**
	 * Run the entries of a turn.
	 * @return whether the next turn is to be started
	 */
	private boolean runEntries() {
		for (int i = 0; i < MAX_ENTRIES_PER_TURN; i++) {
			Entry entry = next();
			if (entry == null) {
				return false;
			}
			if (i > 0) {
				this.turns.goesOn();
			}
			CompletableFuture<?> stage = run(entry);
			if (stage != null && !stage.isDone()) {
				stage.whenComplete((result, failure) -> startTurn());
				return false;
			}
		}
		return true;
	}

	private static @Nullable CompletableFuture<?> run(Entry entry) {
		try {
			CompletionStage<?> stage = entry.run();
			return (stage != null) ? stage.toCompletableFuture() : null;
		}
		catch (Throwable ex) {
			// no entry does this knowingly; without a next one there would be no last one
			logger.error("An entry of a connection's mailbox failed", ex);
			return null;
		}
	}

	private synchronized @Nullable Entry next() {
		Entry entry = this.entries.poll();
		this.busy = (entry != null);
		this.begun++;
		return entry;
	}

	/**
	 * Return the number of the entry that has begun and not ended, 0 if there is none:
	 * one that stays the same is held up.
	 */
	synchronized long underWay() {
		return this.busy ? this.begun : 0;
	}

	/**
	 * Is told of turns, by their threads. The next one may begin before one ends.
	 */
	interface Turns {

		/**
		 * A turn begins on this thread.
		 */
		void begins();

		/**
		 * One more entry is about to be run in this turn.
		 */
		void goesOn();

		/**
		 * The turn of this thread ends.
		 */
		void ends();

	}

	/**
	 * Something to do for the connection.
	 */
	interface Entry {

		/**
		 * Do it. Does not throw.
		 * @return a stage to wait for, or {@code null} if all is done
		 */
		@Nullable CompletionStage<?> run();

		/**
		 * Whether this is an event, which is not worth handling once the client is gone.
		 */
		default boolean isEvent() {
			return false;
		}

		/**
		 * Give up an event.
		 */
		default void discard() {
		}

	}

}
