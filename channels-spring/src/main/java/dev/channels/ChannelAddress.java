package dev.channels;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A worker channel: each event is handled by one worker, at least once.
 *
 * @since 0.1.0
 */
public interface ChannelAddress extends Address {

	/**
	 * List events that no worker could handle, oldest first.
	 * @param limit how many to return at most
	 * @return a stage with the dead letters
	 */
	CompletionStage<List<DeadLetter>> deadLetters(int limit);

}
