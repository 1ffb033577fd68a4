package dev.channels.connection;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.LogFactory;

/**
 * A bounded pool for JVMs without virtual threads. A few threads do the work while it
 * flows, which costs least. While tasks wait, threads that are stuck in one are counted,
 * and as many more are started, up to the maximum. Above that tasks wait, and a warning
 * says so.
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

	private final ScheduledFuture<?> tick;

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(ElasticExecutor.class));

	ElasticExecutor(String name, int maxSize, ThreadFactory threads, ScheduledExecutorService timer) {
		this.name = name;
		this.maxSize = maxSize;
		this.baseSize = Math.min(maxSize, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
		this.pool = new Pool(this.baseSize, maxSize, threads);
		this.pool.allowCoreThreadTimeOut(true);
		this.tick = timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
	}

	@Override
	public void execute(Runnable task) {
		this.pool.execute(task);
	}

	int poolSize() {
		return this.pool.getPoolSize();
	}

	/**
	 * Runs on the timer, which would not run it again if it threw.
	 */
	private void tick() {
		try {
			adapt();
		}
		catch (Throwable ex) {
			this.log.warn(() -> "There are no more threads for " + this.name + " (" + ex + "), "
					+ this.pool.getQueue().size() + " tasks wait");
		}
	}

	private void adapt() {
		int size = this.pool.getCorePoolSize();
		if (this.pool.getQueue().isEmpty()) {
			if (size > this.baseSize && this.pool.getPoolSize() <= this.baseSize) {
				this.pool.setCorePoolSize(this.baseSize);
			}
			return;
		}
		if (this.pool.getPoolSize() < size) {
			// there were no more threads to be had when it grew
			this.pool.prestartAllCoreThreads();
		}
		int stuck = this.pool.stuckThreads();
		int wanted = (stuck >= size) ? 2 * size : this.baseSize + stuck;
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
		this.tick.cancel(false);
		// nobody counts stuck threads any more
		this.pool.setCorePoolSize(this.maxSize);
		this.pool.setKeepAliveTime(IDLE_AFTER_END_MILLIS, TimeUnit.MILLISECONDS);
	}

	/**
	 * Knows which thread has been in its task since when.
	 */
	private static final class Pool extends ThreadPoolExecutor {

		private final Map<Thread, Long> started = new ConcurrentHashMap<>();

		Pool(int size, int maxSize, ThreadFactory threads) {
			super(size, maxSize, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
		}

		@Override
		protected void beforeExecute(Thread thread, Runnable task) {
			this.started.put(thread, System.nanoTime());
		}

		@Override
		protected void afterExecute(Runnable task, Throwable failure) {
			this.started.remove(Thread.currentThread());
		}

		int stuckThreads() {
			long now = System.nanoTime();
			int stuck = 0;
			for (Map.Entry<Thread, Long> entry : this.started.entrySet()) {
				long age = now - entry.getValue();
				if (age > STUCK || (age > STUCK_WAITING && entry.getKey().getState() != Thread.State.RUNNABLE)) {
					stuck++;
				}
			}
			return stuck;
		}

	}

}
