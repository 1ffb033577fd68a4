package dev.channels.connection;

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
 * flows, which costs least; when tasks wait and none ends, because the threads are
 * blocked, more are started within some 10 ms, up to the maximum. Above that tasks wait,
 * and a warning says so.
 */
final class ElasticExecutor implements Executor {

	private static final long TICK_MILLIS = 10;

	private static final int GROWTH = 4;

	private final String name;

	private final int baseSize;

	private final int maxSize;

	private final ThreadPoolExecutor pool;

	private final ScheduledFuture<?> tick;

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(ElasticExecutor.class));

	/**
	 * Tasks that had ended at the last tick; used by the timer's thread alone.
	 */
	private long lastCompleted;

	ElasticExecutor(String name, int maxSize, ThreadFactory threads, ScheduledExecutorService timer) {
		this.name = name;
		this.maxSize = maxSize;
		this.baseSize = Math.min(maxSize, Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
		this.pool = new ThreadPoolExecutor(this.baseSize, maxSize, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(),
				threads);
		this.pool.allowCoreThreadTimeOut(true);
		this.tick = timer.scheduleWithFixedDelay(this::adapt, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
	}

	@Override
	public void execute(Runnable task) {
		this.pool.execute(task);
	}

	int poolSize() {
		return this.pool.getPoolSize();
	}

	private void adapt() {
		long completed = this.pool.getCompletedTaskCount();
		boolean stuck = !this.pool.getQueue().isEmpty() && completed == this.lastCompleted;
		this.lastCompleted = completed;
		int size = this.pool.getCorePoolSize();
		if (stuck && size < this.maxSize) {
			this.pool.setCorePoolSize(Math.min(this.maxSize, size * GROWTH));
		}
		else if (stuck) {
			this.log.warn(() -> "All " + this.maxSize + " " + this.name + " threads are blocked, "
					+ this.pool.getQueue().size() + " tasks wait");
		}
		else if (size > this.baseSize && this.pool.getPoolSize() <= this.baseSize) {
			this.pool.setCorePoolSize(this.baseSize);
		}
	}

	void shutdown() {
		this.tick.cancel(false);
		this.pool.shutdown();
	}

}
