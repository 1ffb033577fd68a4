package dev.channels.layer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.channels.DeadLetter;
import dev.channels.GroupAddress.Page;
import dev.channels.RetryPolicy;

/**
 * A layer of which every send fails.
 */
final class FailingLayer implements ChannelLayer {

	private final RuntimeException failure;

	FailingLayer(RuntimeException failure) {
		this.failure = failure;
	}

	@Override
	public CompletionStage<Void> send(ChannelName channel, LayerEvent event) {
		return CompletableFuture.failedStage(this.failure);
	}

	@Override
	public CompletionStage<Void> groupSend(GroupName group, LayerEvent event) {
		return CompletableFuture.failedStage(this.failure);
	}

	@Override
	public CompletionStage<Void> groupAdd(GroupName group, ChannelName channel) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Void> groupDiscard(GroupName group, ChannelName channel) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Long> groupSize(GroupName group) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Page> groupMembers(GroupName group, String cursor, int limit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public ChannelName newChannel() {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Void> subscribe(ChannelName channel, Consumer<Delivery> receiver) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void unsubscribe(ChannelName channel) {
		throw new UnsupportedOperationException();
	}

	@Override
	public WorkerSubscription work(ChannelName channel, RetryPolicy retry,
			Function<SharedEvent, CompletionStage<?>> worker) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<List<DeadLetter>> deadLetters(ChannelName channel, int limit) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Long> redeliver(ChannelName channel, String id) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Long> discard(ChannelName channel, String id) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Void> flush() {
		throw new UnsupportedOperationException();
	}

}
