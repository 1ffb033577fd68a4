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

	/**
	 * Send a dead letter again: it is no dead letter any more, and waits for a worker
	 * like a new event, with all attempts before it.
	 * @param id the {@link DeadLetter#id()}
	 * @return a stage that says whether there was such a dead letter. Fails with a
	 * {@link ChannelFullException} if the channel is full, and with a
	 * {@link ChannelLayerException} if the layer cannot be reached: the dead letter stays
	 * what it is in the first case, and probably in the second
	 */
	CompletionStage<Boolean> redeliver(String id);

	/**
	 * Send all dead letters again, oldest first, as {@link #redeliver(String)} does. What
	 * becomes a dead letter meanwhile is left alone.
	 * @return a stage with their number. Fails with a {@link ChannelFullException} if the
	 * channel is full before all are sent: the others stay dead letters
	 */
	CompletionStage<Long> redeliverAll();

	/**
	 * Forget a dead letter.
	 * @param id the {@link DeadLetter#id()}
	 * @return a stage that says whether there was such a dead letter
	 */
	CompletionStage<Boolean> discard(String id);

	/**
	 * Forget all dead letters.
	 * @return a stage with their number
	 */
	CompletionStage<Long> discardAll();

}
