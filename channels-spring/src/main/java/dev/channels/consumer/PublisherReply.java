package dev.channels.consumer;

import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

import dev.channels.connection.ServerConnection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Sends the elements of a publisher as they come, asking for one at a time and as fast as
 * the client reads. Runs beside the mailbox, on the publisher's threads; asks and cancels
 * on the handlers' executor, since that may run code of the application.
 */
final class PublisherReply implements Subscriber<Object> {

	private final ServerConnection connection;

	private final Executor executor;

	private volatile @Nullable Subscription subscription;

	private volatile boolean cancelled;

	private Runnable unregister = () -> {
	};

	private PublisherReply(ServerConnection connection, Executor executor) {
		this.connection = connection;
		this.executor = executor;
	}

	/**
	 * Send the elements of a value, if it is a publisher of some kind.
	 * @return whether it is
	 */
	static boolean trySend(Object value, ServerConnection connection, Executor executor) {
		Publisher<?> publisher = asPublisher(value);
		if (publisher == null) {
			return false;
		}
		PublisherReply reply = new PublisherReply(connection, executor);
		reply.unregister = connection.whenEnded(reply::cancel);
		executor.execute(() -> reply.subscribeTo(publisher));
		return true;
	}

	private void subscribeTo(Publisher<?> publisher) {
		try {
			publisher.subscribe(this);
		}
		catch (RuntimeException ex) {
			onError(ex);
		}
	}

	private static @Nullable Publisher<?> asPublisher(Object value) {
		if (value instanceof Publisher<?> publisher) {
			return publisher;
		}
		if (value instanceof Flow.Publisher<?> publisher) {
			return FlowAdapters.toPublisher(publisher);
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(value.getClass());
		return (adapter != null) ? adapter.toPublisher(value) : null;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		if (this.cancelled) {
			subscription.cancel();
		}
		else {
			subscription.request(1);
		}
	}

	@Override
	public void onNext(Object element) {
		if (this.cancelled) {
			return;
		}
		try {
			this.connection.send(element);
		}
		catch (RuntimeException ex) {
			cancel();
			onError(ex);
			return;
		}
		Subscription subscription = this.subscription;
		if (subscription == null) {
			return;
		}
		if (this.connection.isWritable()) {
			subscription.request(1);
		}
		else {
			this.connection.resumeWhenWritable(() -> this.executor.execute(() -> subscription.request(1)));
		}
	}

	@Override
	public void onError(Throwable failure) {
		this.unregister.run();
		this.connection.fail(failure);
	}

	@Override
	public void onComplete() {
		this.unregister.run();
	}

	private void cancel() {
		this.cancelled = true;
		Subscription subscription = this.subscription;
		if (subscription != null) {
			this.executor.execute(subscription::cancel);
		}
	}

}
