package dev.channels.layer;

import java.util.concurrent.CompletionStage;

/**
 * A worker of a worker channel.
 *
 * @since 0.1.0
 */
public interface WorkerSubscription {

	/**
	 * Take no more events.
	 * @return completes when the event that is being handled, if there is one, was
	 * acknowledged or given back
	 */
	CompletionStage<Void> stop();

}
