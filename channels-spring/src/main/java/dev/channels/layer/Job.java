package dev.channels.layer;

/**
 * An event on its way through the workers of a {@link WorkerPool}. Its text says which
 * event it is, for messages, without any payload.
 *
 * @since 0.1.0
 */
public abstract class Job {

	/** Attempts that were begun. Written by one worker at a time. */
	private volatile int attempts;

	/**
	 * Create a job.
	 * @param attempts how often somebody began to handle it before
	 */
	protected Job(int attempts) {
		this.attempts = attempts;
	}

	/**
	 * Return the event.
	 * @return the event
	 * @throws UndecodableEventException if it is none
	 */
	public abstract SharedEvent event();

	/**
	 * Return how often somebody began to handle it.
	 * @return the number of attempts
	 */
	public final int attempts() {
		return this.attempts;
	}

	@SuppressWarnings("NonAtomicOperationOnVolatileField")
	final void begin() {
		this.attempts++;
	}

}
