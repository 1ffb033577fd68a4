package dev.channels.connection;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A bounded pool for JVMs without virtual threads. A few threads do the work while it
 * flows, which costs least. While tasks wait, threads that are stuck in one are counted,
 * and as many more are started, up to the maximum. Above that tasks wait, and a warning
 * says so. While none waits nobody looks.
 */
final class ElasticExecutor implements Executor, AutoCloseable {

	private static final long TICK_MILLIS = 10;

	/**
	 * A thread that sleeps, waits or is locked out in its task for so long is stuck.
	 */
	private static final long STUCK_WAITING = TimeUnit.MILLISECONDS.toNanos(5);

	/**
	 * So is one that has been in its task for so long in any state: the JVM calls a
	 * thread runnable that waits for a socket, or for a processor.
	 */
	private static final long STUCK = TimeUnit.MILLISECONDS.toNanos(100);

	private static final long IDLE_AFTER_END_MILLIS = 100;

	private final String name;

	private final int baseSize;

	private final int maxSize;

	private final Pool pool;

	private final ScheduledExecutorService timer;

	/**
	 * Whether somebody will look whether tasks wait.
	 */
	private final AtomicBoolean ticking = new AtomicBoolean();

	private volatile @Nullable ScheduledFuture<?> tick;

	private volatile boolean closed;

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(ElasticExecutor.class));

	ElasticExecutor(String name, int maxSize, ThreadFactory threads, ScheduledExecutorService timer) {
		this.name = name;
		this.maxSize = maxSize;
		this.baseSize = Math.min(maxSize, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
		this.pool = new Pool(this.baseSize, maxSize, threads);
		this.pool.allowCoreThreadTimeOut(true);
		this.timer = timer;
	}

	@Override
	public void execute(Runnable task) {
		this.pool.execute(task);
		tickWhileTasksWait();
	}

	private void tickWhileTasksWait() {
		if (this.pool.getQueue().isEmpty() || this.closed || !this.ticking.compareAndSet(false, true)) {
			return;
		}
		try {
			this.tick = this.timer.schedule(this::tick, TICK_MILLIS, TimeUnit.MILLISECONDS);
		}
		catch (RejectedExecutionException ex) {
			// the application ends, and this pool with it
		}
	}

	int poolSize() {
		return this.pool.getPoolSize();
	}

	/**
	 * Runs on the timer.
	 */
	private void tick() {
		if (this.closed) {
			return;
		}
		try {
			adapt();
		}
		catch (Throwable ex) {
			this.log.warn(() -> "There are no more threads for " + this.name + " (" + ex + "), "
					+ this.pool.getQueue().size() + " tasks wait");
		}
		this.ticking.set(false);
		tickWhileTasksWait();
	}

	private void adapt() {
		int size = this.pool.getCorePoolSize();
		if (this.pool.getQueue().isEmpty()) {
			// threads above it go when they have been idle for long
			if (size > this.baseSize) {
				this.pool.setCorePoolSize(this.baseSize);
			}
			return;
		}
		if (this.pool.getPoolSize() < size) {
			// there were no more threads to be had when it grew
			this.pool.prestartAllCoreThreads();
		}
		int stuck = this.pool.stuckThreads();
		int wanted = Math.max((stuck >= size) ? 2 * size : 0, this.baseSize + stuck);
		if (wanted > size && size < this.maxSize) {
			this.pool.setCorePoolSize(Math.min(this.maxSize, wanted));
		}
		else if (stuck >= this.maxSize) {
			this.log.warn(() -> "All " + this.maxSize + " " + this.name + " threads are blocked, "
					+ this.pool.getQueue().size() + " tasks wait");
		}
	}

	/**
	 * Let the threads go once they have nothing to do. What comes later is run all the
	 * same, as it would be on a virtual thread: at the end of an application there may be
	 * a disconnect handler to run, or a consumer to destroy.
	 */
	@Override
	public void close() {
		this.closed = true;
		ScheduledFuture<?> tick = this.tick;
		if (tick != null) {
			tick.cancel(false);
		}
		// nobody counts stuck threads any more
		this.pool.setCorePoolSize(this.maxSize);
		this.pool.setKeepAliveTime(IDLE_AFTER_END_MILLIS, TimeUnit.MILLISECONDS);
	}

	/**
	 * Knows which thread has been in its task since when.
	 */
	private static final class Pool extends ThreadPoolExecutor {

		private final Set<Worker> workers = ConcurrentHashMap.newKeySet();

		private final ThreadLocal<Worker> current = new ThreadLocal<>();

		Pool(int size, int maxSize, ThreadFactory threads) {
			super(size, maxSize, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
			setThreadFactory((tasks) -> threads.newThread(() -> work(tasks)));
		}

		private void work(Runnable tasks) {
			Worker worker = new Worker(Thread.currentThread());
			this.current.set(worker);
			this.workers.add(worker);
			try {
				tasks.run();
			}
			finally {
				this.workers.remove(worker);
			}
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			this.current.get().begin();
		}

		@Override
		protected void afterExecute(Runnable task, @Nullable Throwable failure) {
			this.current.get().end();
		}

		int stuckThreads() {
			long now = System.nanoTime();
			int stuck = 0;
			for (Worker worker : this.workers) {
				if (worker.isStuck(now)) {
					stuck++;
				}
			}
			return stuck;
		}

	}

	/**
	 * One thread of the pool.
	 */
	private static final class Worker {

		private final Thread thread;

		private volatile boolean busy;

		private volatile long since;

		Worker(Thread thread) {
			this.thread = thread;
		}

		void begin() {
			this.since = System.nanoTime();
			this.busy = true;
		}

		void end() {
			this.busy = false;
		}

		boolean isStuck(long now) {
			if (!this.busy) {
				return false;
			}
			long age = now - this.since;
			return age > STUCK || (age > STUCK_WAITING && this.thread.getState() != Thread.State.RUNNABLE);
		}

	}

}
