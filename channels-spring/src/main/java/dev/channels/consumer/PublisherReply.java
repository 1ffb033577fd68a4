package dev.channels.consumer;

import java.util.concurrent.Executor;

import dev.channels.connection.ServerConnection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Sends the elements of a publisher as they come, asking for one at a time and as fast as
 * the client reads. Runs beside the mailbox, on the publisher's threads; asks and cancels
 * on the handlers' executor, since that may run code of the application.
 */
final class PublisherReply implements Subscriber<Object> {

	private final ResultType element;

	private final ServerConnection connection;

	private final Executor executor;

	private volatile @Nullable Subscription subscription;

	private volatile boolean cancelled;

	private Runnable unregister = () -> {
	};

	private PublisherReply(ResultType element, ServerConnection connection, Executor executor) {
		this.element = element;
		this.connection = connection;
		this.executor = executor;
	}

	/**
	 * Send the elements of a publisher.
	 * @param publisher a {@link Publisher}
	 * @param element what its elements are
	 */
	static void start(Object publisher, ResultType element, ServerConnection connection, Executor executor) {
		PublisherReply reply = new PublisherReply(element, connection, executor);
		reply.unregister = connection.whenEnded(reply::cancel);
		executor.execute(() -> reply.subscribeTo((Publisher<?>) publisher));
	}

	private void subscribeTo(Publisher<?> publisher) {
		try {
			publisher.subscribe(this);
		}
		catch (Throwable ex) {
			onError(ex);
		}
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
		if (!this.connection.isOpen()) {
			// it is closing and takes nothing: an endless publisher would not notice
			cancel();
			this.unregister.run();
			return;
		}
		try {
			this.connection.send(element, this.element.writerOf(element));
		}
		catch (Throwable ex) {
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
