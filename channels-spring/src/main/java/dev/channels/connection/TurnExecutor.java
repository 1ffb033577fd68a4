package dev.channels.connection;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.RateLimitedLog;
import org.apache.commons.logging.LogFactory;

/**
 * Runs turns in their context. Where no thread can be had for one, it is tried again a
 * little later: a turn that is lost would leave its connection busy for ever, and who
 * happens to start it is not to blame.
 */
final class TurnExecutor implements Executor {

	private static final long RETRY_MILLIS = 50;

	private final Executor threads;

	private final TurnContext context;

	private final ScheduledExecutorService timer;

	private final RateLimitedLog log = new RateLimitedLog(LogFactory.getLog(TurnExecutor.class));

	TurnExecutor(Executor threads, TurnContext context, ScheduledExecutorService timer) {
		this.threads = threads;
		this.context = context;
		this.timer = timer;
	}

	@Override
	public void execute(Runnable turn) {
		try {
			this.threads.execute(() -> this.context.run(turn));
		}
		catch (RejectedExecutionException ex) {
			throw ex;
		}
		catch (Throwable ex) {
			this.log.warn(() -> "There is no thread for a handler (" + ex + "), trying again");
			this.timer.schedule(() -> execute(turn), RETRY_MILLIS, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Let idle threads go.
	 */
	void close() {
		if (this.threads instanceof ElasticExecutor pool) {
			pool.close();
		}
	}

}
