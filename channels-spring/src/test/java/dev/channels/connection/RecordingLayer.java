package dev.channels.connection;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.channels.DeadLetter;
import dev.channels.GroupAddress.Page;
import dev.channels.RetryPolicy;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelName;
import dev.channels.layer.Delivery;
import dev.channels.layer.GroupName;
import dev.channels.layer.LayerEvent;
import dev.channels.layer.SharedEvent;
import dev.channels.layer.WorkerSubscription;

/**
 * A layer that remembers what it was asked for, and answers when it is told to.
 */
final class RecordingLayer implements ChannelLayer {

	private final List<String> calls = new ArrayList<>();

	private final AtomicInteger channels = new AtomicInteger();

	private Consumer<Delivery> receiver;

	private volatile boolean failingToDiscard;

	private CompletionStage<Void> answer = CompletableFuture.completedStage(null);

	/**
	 * Answer whatever is asked from now on with this stage.
	 */
	RecordingLayer answering(CompletionStage<Void> answer) {
		this.answer = answer;
		return this;
	}

	/**
	 * Throw when somebody leaves a group.
	 */
	RecordingLayer failingToDiscard() {
		this.failingToDiscard = true;
		return this;
	}

	synchronized List<String> calls() {
		return List.copyOf(this.calls);
	}

	/**
	 * Return what was subscribed last.
	 */
	Consumer<Delivery> receiver() {
		return this.receiver;
	}

	private synchronized CompletionStage<Void> record(String call) {
		this.calls.add(call);
		return this.answer;
	}

	@Override
	public CompletionStage<Void> groupAdd(GroupName group, ChannelName channel) {
		return record("add to " + group);
	}

	@Override
	public CompletionStage<Void> groupDiscard(GroupName group, ChannelName channel) {
		if (this.failingToDiscard) {
			record("discard from " + group);
			throw new IllegalStateException("expected by the test");
		}
		return record("discard from " + group);
	}

	@Override
	public ChannelName newChannel() {
		return ChannelName.ofConnection("node", "c" + this.channels.incrementAndGet());
	}

	@Override
	public CompletionStage<Void> subscribe(ChannelName channel, Consumer<Delivery> receiver) {
		this.receiver = receiver;
		return record("subscribe");
	}

	@Override
	public void unsubscribe(ChannelName channel) {
		record("unsubscribe");
	}

	@Override
	public CompletionStage<Void> send(ChannelName channel, LayerEvent event) {
		throw new UnsupportedOperationException();
	}

	@Override
	public CompletionStage<Void> groupSend(GroupName group, LayerEvent event) {
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
