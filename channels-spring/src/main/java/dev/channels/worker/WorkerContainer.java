package dev.channels.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import dev.channels.consumer.Consumers;
import dev.channels.consumer.WorkerConsumer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.WorkerSubscription;
import dev.channels.routing.RouteTable;
import dev.channels.routing.WorkerRoute;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;

/**
 * Runs the workers of all routes while the application runs, and keeps an application
 * alive that consists of nothing else. Start and stop are called by one thread at a time;
 * fields are guarded by this, which nobody holds while it waits.
 *
 * @since 0.1.0
 */
public final class WorkerContainer implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(WorkerContainer.class);

	private final List<Worker> prepared = new ArrayList<>();

	private final List<Running> running = new ArrayList<>();

	private final Duration stopTimeout;

	private @Nullable CountDownLatch keepAlive;

	/**
	 * Prepare the workers.
	 * @param routes the routes
	 * @param consumers serve them
	 * @param stopTimeout how long to wait at stop for events that are being handled
	 * @throws dev.channels.ChannelsConfigurationException if a route cannot work
	 */
	public WorkerContainer(RouteTable routes, Consumers consumers, Duration stopTimeout) {
		this.stopTimeout = stopTimeout;
		for (WorkerRoute route : routes.workers()) {
			this.prepared.add(new Worker(route, ChannelName.of(route.channel()), consumers.serve(route, routes)));
		}
	}

	@Override
	public synchronized void start() {
		if (isRunning() || this.prepared.isEmpty()) {
			return;
		}
		for (Worker worker : this.prepared) {
			for (int i = 0; i < worker.route().concurrency(); i++) {
				WorkerConsumer consumer = worker.served().consumers().get();
				WorkerSubscription subscription = worker.served()
					.layer()
					.work(worker.channel(), worker.route().retry(), consumer::handle);
				this.running.add(new Running(consumer, subscription));
			}
		}
		CountDownLatch latch = new CountDownLatch(1);
		this.keepAlive = latch;
		Thread thread = new Thread(() -> awaitUninterruptibly(latch), "channels-keep-alive");
		thread.setDaemon(false);
		thread.start();
		logger.info(
				"Serving worker channels " + this.prepared.stream().map((worker) -> worker.route().channel()).toList());
	}

	/**
	 * Stop beside what else stops in the same phase, on a thread of its own: connections
	 * and workers have one and the same time to end.
	 * @param callback called when it is done, or when the time is over
	 */
	@Override
	public void stop(Runnable callback) {
		if (!isRunning()) {
			callback.run();
			return;
		}
		new Thread(() -> {
			try {
				stop();
			}
			finally {
				callback.run();
			}
		}, "channels-workers-stop").start();
	}

	/**
	 * Stop, and wait for what is being handled. Until then it runs, as others can see who
	 * ask meanwhile.
	 */
	@Override
	public void stop() {
		List<Running> workers;
		synchronized (this) {
			workers = List.copyOf(this.running);
		}
		await(workers);
		workers.forEach(WorkerContainer::destroy);
		synchronized (this) {
			this.running.removeAll(workers);
			if (this.keepAlive != null) {
				this.keepAlive.countDown();
				this.keepAlive = null;
			}
		}
	}

	private void await(List<Running> workers) {
		CompletableFuture<?>[] stopped = workers.stream()
			.map((worker) -> worker.subscription().stop().toCompletableFuture())
			.toArray(CompletableFuture<?>[]::new);
		try {
			CompletableFuture.allOf(stopped).get(this.stopTimeout.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("Workers did not stop within " + this.stopTimeout
					+ "; what they were handling is not acknowledged");
		}
	}

	/**
	 * Whatever one of them does, the others are destroyed and the application may end.
	 */
	private static void destroy(Running worker) {
		try {
			worker.consumer().destroy();
		}
		catch (Throwable ex) {
			logger.error("The consumer of " + worker.consumer() + " cannot be destroyed", ex);
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return !this.running.isEmpty();
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		boolean done = false;
		while (!done) {
			try {
				latch.await();
				done = true;
			}
			catch (InterruptedException ex) {
				// only the end of the workers ends this thread
			}
		}
	}

	private record Worker(WorkerRoute route, ChannelName channel, Consumers.ServedChannel served) {

	}

	private record Running(WorkerConsumer consumer, WorkerSubscription subscription) {

	}

}
