package dev.channels.connection;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * The threads of the library: one executor runs handlers, one writes to clients, one
 * completes what handlers may wait for, and one thread keeps time and runs no user code.
 * <p>
 * On Java 21 and newer handlers run on virtual threads; so do writers from 24 on, where a
 * write that is stuck does not pin its carrier any more. Elsewhere there is a pool for
 * each, which grows while its threads are blocked. The bound of the handlers' pool is how
 * many handlers can block at once without delaying others; that of the writers' pool does
 * the same for clients that do not read, on servers whose writes block (Tomcat).
 * <p>
 * The pool that completes stages has no bound: were it the handlers' own, or one that can
 * be full, handlers that wait for a stage would wait for each other.
 *
 * @since 0.1.0
 */
public final class ConnectionExecutors implements AutoCloseable {

	private static final int JAVA_WITH_VIRTUAL_THREADS = 21;

	private static final int JAVA_WITHOUT_PINNING = 24;

	private final ScheduledThreadPoolExecutor timer;

	private final Executor handlers;

	private final Executor writers;

	private final Executor callbacks;

	/**
	 * Start the threads.
	 * @param virtualThreads whether to use virtual threads, {@code null} to decide by the
	 * version of Java
	 * @param maxHandlerThreads bound of the handlers' pool, if there is one
	 * @param maxWriterThreads bound of the writers' pool, if there is one
	 * @throws UnsupportedOperationException if virtual threads are asked for and this JVM
	 * has none
	 */
	public ConnectionExecutors(@Nullable Boolean virtualThreads, int maxHandlerThreads, int maxWriterThreads) {
		int java = Runtime.version().feature();
		this.timer = new ScheduledThreadPoolExecutor(1, daemonThreads("channels-timer-"));
		this.timer.setRemoveOnCancelPolicy(true);
		this.timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
		this.handlers = create("channels-handler-",
				(virtualThreads != null) ? virtualThreads : java >= JAVA_WITH_VIRTUAL_THREADS, maxHandlerThreads);
		this.writers = create("channels-writer-",
				(virtualThreads != null) ? virtualThreads : java >= JAVA_WITHOUT_PINNING, maxWriterThreads);
		this.callbacks = create("channels-callback-",
				java >= JAVA_WITHOUT_PINNING && !Boolean.FALSE.equals(virtualThreads), Integer.MAX_VALUE);
	}

	private Executor create(String prefix, boolean virtual, int maxThreads) {
		return virtual ? new VirtualThreadTaskExecutor(prefix) : new ElasticExecutor(
				prefix.substring(0, prefix.length() - 1), maxThreads, daemonThreads(prefix), this.timer);
	}

	private static ThreadFactory daemonThreads(String prefix) {
		CustomizableThreadFactory threads = new CustomizableThreadFactory(prefix);
		threads.setDaemon(true);
		return threads;
	}

	/**
	 * Return what runs handlers, and other code of the application.
	 * @return the executor
	 */
	public Executor handlers() {
		return this.handlers;
	}

	/**
	 * Return what writes to clients.
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
		for (Executor executor : new Executor[] { this.handlers, this.writers, this.callbacks }) {
			if (executor instanceof ElasticExecutor pool) {
				pool.close();
			}
		}
	}

}
