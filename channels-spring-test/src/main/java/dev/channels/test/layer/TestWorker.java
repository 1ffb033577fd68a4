package dev.channels.test.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;

import dev.channels.layer.SharedEvent;

/**
 * A worker that remembers what it was given, and does with it what the test says.
 */
final class TestWorker {

	private final Patience patience;

	private final Function<Job, CompletionStage<?>> behaviour;

	private final BlockingQueue<Job> jobs = new LinkedBlockingQueue<>();

	TestWorker(Patience patience, Function<Job, CompletionStage<?>> behaviour) {
		this.patience = patience;
		this.behaviour = behaviour;
	}

	/**
	 * Create a worker that is done with each event at once.
	 */
	static TestWorker ready(Patience patience) {
		return new TestWorker(patience, (job) -> CompletableFuture.completedStage(null));
	}

	/**
	 * Create a worker that has each event in hand until the test says it is done.
	 */
	static TestWorker slow(Patience patience) {
		return new TestWorker(patience, Job::done);
	}

	/**
	 * Create a worker that fails.
	 */
	static TestWorker failing(Patience patience, RuntimeException failure) {
		return new TestWorker(patience, (job) -> CompletableFuture.failedStage(failure));
	}

	CompletionStage<?> handle(SharedEvent event) {
		Job job = new Job(event, new CompletableFuture<>(), System.nanoTime());
		this.jobs.add(job);
		return this.behaviour.apply(job);
	}

	Job next() {
		return this.patience.next(this.jobs, "event for the worker");
	}

	/**
	 * Return the types of the next events.
	 */
	List<String> next(int number) {
		List<String> types = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			types.add(next().type());
		}
		return types;
	}

	/**
	 * Return how many events the test has not asked for.
	 */
	int unseen() {
		return this.jobs.size();
	}

	/**
	 * An event that was given to the worker.
	 *
	 * @param event the event
	 * @param done completed by the test when the worker is slow
	 * @param time when it was given
	 */
	record Job(SharedEvent event, CompletableFuture<Void> done, long time) {

		String type() {
			return this.event.type();
		}

	}

}
