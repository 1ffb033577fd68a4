package dev.channels.consumer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.layer.SharedEvent;
import dev.channels.layer.UndecodableEventException;

/**
 * One instance of a consumer that serves a worker channel. Its user sees to it that calls
 * do not overlap.
 *
 * @since 0.1.0
 */
public final class WorkerConsumer {

	private final ConsumerModel model;

	private final Object consumer;

	private final ConsumerCalls calls;

	WorkerConsumer(ConsumerModel model) {
		this.model = model;
		this.consumer = model.create();
		this.calls = new ConsumerCalls(model, this.consumer, null);
	}

	/**
	 * Handle an event, on the handlers' executor.
	 * @param event the event
	 * @return completes when the event is handled; fails with an
	 * {@link UndecodableEventException} if it never can be
	 */
	public CompletionStage<?> handle(SharedEvent event) {
		return CompletableFuture.supplyAsync(() -> call(event), this.model.executor()).thenCompose((next) -> next);
	}

	private CompletionStage<?> call(SharedEvent event) {
		try {
			Handler handler = this.model.methods().event(event.type());
			if (handler == null) {
				throw new UndecodableEventException(
						event + ", which consumer '" + this.model.name() + "' does not handle");
			}
			CompletionStage<?> next = this.calls.call(handler, event);
			return (next != null) ? next : CompletableFuture.completedStage(null);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	/**
	 * Destroy the instance.
	 */
	public void destroy() {
		this.model.destroy(this.consumer);
	}

	@Override
	public String toString() {
		return "worker '" + this.model.name() + "'";
	}

}
