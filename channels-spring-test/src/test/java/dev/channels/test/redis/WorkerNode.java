package dev.channels.test.redis;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelName;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.redis.RedisChannelLayer;

/**
 * The process of a node that has workers. Tells which jobs it begins and ends.
 */
final class WorkerNode {

	static final ChannelName channel = ChannelName.of("jobs");

	static final int WORKERS = 4;

	static final int ATTEMPTS = 3;

	/** The job that nobody can do. */
	static final int POISON = -1;

	/** What a job takes, so that some are under way whenever the process is killed. */
	private static final Executor work = CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS);

	private WorkerNode() {
	}

	public static void main(String[] args) throws Exception {
		RedisChannelLayer layer = RedisNodes.on(args[0], Integer.parseInt(args[1])).start();
		RetryPolicy retry = new RetryPolicy(ATTEMPTS, Duration.ofMillis(50), Duration.ofMillis(100));
		for (int i = 0; i < WORKERS; i++) {
			layer.work(channel, retry, WorkerNode::handle);
		}
		System.out.println("ready");
		new CountDownLatch(1).await();
	}

	private static CompletionStage<?> handle(SharedEvent event) {
		int job = ((Number) ((Map<?, ?>) event.payload(Map.class)).get("job")).intValue();
		System.out.println("begin " + job);
		return CompletableFuture.runAsync(() -> {
			if (job == POISON) {
				throw new IllegalStateException("a job that nobody can do");
			}
			System.out.println("end " + job);
		}, work);
	}

}
