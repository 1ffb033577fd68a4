package dev.channels.connection;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

/**
 * The threads of the library: one executor runs handlers, one writes to clients, one
 * completes what handlers may wait for, and one thread keeps time and runs no user code.
 * <p>
 * On Java 24 and newer these are virtual threads. On Java 21 to 23 they can be; there a
 * virtual thread that blocks within {@code synchronized} pins its carrier, and as many
 * such handlers as there are processors stop all others. Elsewhere there is a pool for
 * each, which grows while its threads are blocked. The bound of the handlers' pool is how
 * many handlers can block at once without delaying others; that of the writers' pool does
 * the same for clients that do not read, where writes block. Where they do not, as is
 * usual, whoever has something to send writes it, and few writers do what is rare: long
 * bursts and ends of connections.
 * <p>
 * The pool that completes stages has no bound: were it the handlers' own, or one that can
 * be full, handlers that wait for a stage would wait for each other.
 *
 * @since 0.1.0
 */
public final class ConnectionExecutors implements AutoCloseable {

	private static final int JAVA_WITHOUT_PINNING = 24;

	private final ScheduledThreadPoolExecutor timer;

	private final TurnExecutor handlers;

	private final TurnExecutor writers;

	private final TurnExecutor callbacks;

	/**
	 * Start the threads. What runs on them has the class loader of the library as context
	 * class loader.
	 * @param virtualThreads whether to use virtual threads, {@code null} to decide by the
	 * version of Java: from 24 on
	 * @param maxHandlerThreads bound of the handlers' pool, if there is one
	 * @param maxWriterThreads bound of the writers' pool, if there is one
	 * @throws UnsupportedOperationException if virtual threads are asked for and this JVM
	 * has none
	 */
	public ConnectionExecutors(@Nullable Boolean virtualThreads, int maxHandlerThreads, int maxWriterThreads) {
		this(virtualThreads, maxHandlerThreads, maxWriterThreads,
				TurnContext.of(ConnectionExecutors.class.getClassLoader()));
	}

	/**
	 * Start the threads.
	 * @param virtualThreads whether to use virtual threads, {@code null} to decide by the
	 * version of Java: from 24 on
	 * @param maxHandlerThreads bound of the handlers' pool, if there is one
	 * @param maxWriterThreads bound of the writers' pool, if there is one
	 * @param context surrounds each turn of code of the application
	 * @throws UnsupportedOperationException if virtual threads are asked for and this JVM
	 * has none
	 */
	public ConnectionExecutors(@Nullable Boolean virtualThreads, int maxHandlerThreads, int maxWriterThreads,
			TurnContext context) {
		boolean unpinned = Runtime.version().feature() >= JAVA_WITHOUT_PINNING;
		boolean virtual = (virtualThreads != null) ? virtualThreads : unpinned;
		this.timer = new ScheduledThreadPoolExecutor(1, IsolatedThreads.platform("channels-timer-"));
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.handlers = create("channels-handler", virtual, maxHandlerThreads, context);
		this.writers = create("channels-writer", virtual, maxWriterThreads, context);
		// where handlers can pin all carriers, what they wait for must not need one
		this.callbacks = create("channels-callback", virtual && unpinned, Integer.MAX_VALUE, context);
	}

	private TurnExecutor create(String name, boolean virtual, int maxThreads, TurnContext context) {
		if (!virtual) {
			return new TurnExecutor(
					new ElasticExecutor(name, maxThreads, IsolatedThreads.platform(name + "-"), this.timer), context,
					this.timer);
		}
		ThreadFactory threads = IsolatedThreads.virtual(name + "-virtual");
		return new TurnExecutor((task) -> threads.newThread(task).start(), context, this.timer);
	}

	/**
	 * Return what runs handlers, and other code of the application.
	 * @return the executor
	 */
	public Executor handlers() {
		return this.handlers;
	}

	/**
	 * Return what writes to clients where that may block, and ends connections.
	 * @return the executor
	 */
	public Executor writers() {
		return this.writers;
	}

	/**
	 * Return what completes stages that are handed to the application. No handler runs
	 * here, so one that waits for such a stage goes on also when all others wait as well.
	 * Code of the application that runs here, because it was attached to a stage, may
	 * block.
	 * @return the executor
	 */
	public Executor callbacks() {
		return this.callbacks;
	}

	/**
	 * Return what keeps time. Nothing that it runs may block.
	 * @return the timer
	 */
	public ScheduledExecutorService timer() {
		return this.timer;
	}

	/**
	 * Keep time no more, and let idle threads go. What is left to do is still done.
	 */
	@Override
	public void close() {
		this.timer.shutdown();
		this.handlers.close();
		this.writers.close();
		this.callbacks.close();
	}

}
