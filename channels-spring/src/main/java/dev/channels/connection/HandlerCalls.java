package dev.channels.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

import dev.channels.CloseStatus;
import dev.channels.InvalidMessageException;
import dev.channels.layer.Failures;
import dev.channels.layer.Printable;
import dev.channels.layer.RateLimitedLog;
import dev.channels.layer.SharedEvent;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Calls the handler of one connection, and decides what becomes of the connection when it
 * fails: bad input of the client closes with the code that says so and is warned of, at a
 * limited rate; anything else is an error of the application and closes with 1011. Calls
 * do not overlap, see {@link Mailbox}.
 */
final class HandlerCalls {

	private static final Log logger = LogFactory.getLog(HandlerCalls.class);

	private static final int MAX_TEXT = 300;

	private final Object connection;

	private final RateLimitedLog clientErrors;

	private final IntConsumer close;

	private final ConnectionExecutors executors;

	private final Duration timeout;

	private volatile @Nullable ConnectionHandler handler;

	/**
	 * The event that is being handled: its members share the encodings of their answers.
	 */
	private volatile @Nullable SharedEvent currentEvent;

	/**
	 * Create what calls the handler of one connection.
	 * @param close closes the connection with a code
	 * @param timeout how long a call may take, with its stage; zero for ever
	 */
	HandlerCalls(Object connection, RateLimitedLog clientErrors, IntConsumer close, ConnectionExecutors executors,
			Duration timeout) {
		this.connection = connection;
		this.clientErrors = clientErrors;
		this.close = close;
		this.executors = executors;
		this.timeout = timeout;
	}

	@Nullable SharedEvent currentEvent() {
		return this.currentEvent;
	}

	/**
	 * Create the handler and let it decide; what it throws is the caller's business.
	 */
	@Nullable CompletionStage<?> connect(ConnectionHandler.Factory factory, ServerConnection connection) throws Exception {
		ConnectionHandler handler = factory.create(connection);
		this.handler = handler;
		return handler.connect();
	}

	@Nullable CompletionStage<?> receive(ClientMessage message, Runnable afterwards) {
		return call("message", () -> handler().receive(message), afterwards);
	}

	@Nullable CompletionStage<?> event(SharedEvent event) {
		this.currentEvent = event;
		return call("event", () -> handler().event(event), () -> this.currentEvent = null);
	}

	@Nullable CompletionStage<?> failure(Throwable failure) {
		return call("stream", () -> handler().failure(failure), () -> {
		});
	}

	@Nullable CompletionStage<?> writable(Runnable action) {
		return call("whenWritable", () -> {
			action.run();
			return null;
		}, () -> {
		});
	}

	@Nullable CompletionStage<?> disconnect(CloseStatus status, Runnable afterwards) {
		return call("disconnect", () -> handler().disconnect(status), afterwards);
	}

	/**
	 * Destroy the handler, if there is one.
	 */
	void destroy() {
		ConnectionHandler handler = this.handler;
		if (handler == null) {
			return;
		}
		try {
			handler.destroy();
		}
		catch (Throwable ex) {
			logger.error("The consumer of " + this.connection + " cannot be destroyed", ex);
		}
	}

	/**
	 * Call the handler.
	 * @param afterwards is run once it is done, however it ends
	 * @return a stage that completes after that, or {@code null} if it is done
	 */
	private @Nullable CompletionStage<?> call(String what, Call call, Runnable afterwards) {
		Limit limit = this.timeout.isZero() ? null : new Limit(what);
		CompletionStage<?> stage = null;
		try {
			stage = call.call();
		}
		catch (Throwable ex) {
			failed(what, ex);
		}
		if (limit != null) {
			stage = limit.within(stage);
		}
		if (stage == null) {
			afterwards.run();
			return null;
		}
		return stage.handle((result, failure) -> {
			if (failure != null) {
				failed(what, Failures.unwrap(failure));
			}
			afterwards.run();
			return null;
		});
	}

	private void failed(String what, Throwable failure) {
		if (failure instanceof InvalidMessageException invalid) {
			this.clientErrors.warn(() -> this.connection + " closed with " + invalid.closeCode() + ": "
					+ Printable.of(String.valueOf(invalid.getMessage()), MAX_TEXT));
			this.close.accept(invalid.closeCode());
			return;
		}
		logger.error("The " + what + " handler of " + this.connection + " failed, the connection is closed", failure);
		this.close.accept(1011);
	}

	private ConnectionHandler handler() {
		ConnectionHandler handler = this.handler;
		if (handler == null) {
			throw new IllegalStateException("There is no handler yet");
		}
		return handler;
	}

	@FunctionalInterface
	private interface Call {

		@Nullable CompletionStage<?> call() throws Exception;

	}

	/**
	 * How long one call may take. When it is over the connection is closed; a stage is
	 * given up, while a thread cannot be.
	 */
	private final class Limit implements Runnable {

		private final String what;

		private final CompletableFuture<@Nullable Object> done = new CompletableFuture<>();

		private final AtomicBoolean ended = new AtomicBoolean();

		private final @Nullable ScheduledFuture<?> deadline;

		Limit(String what) {
			this.what = what;
			this.deadline = schedule();
		}

		private @Nullable ScheduledFuture<?> schedule() {
			try {
				return HandlerCalls.this.executors.timer()
					.schedule(this, HandlerCalls.this.timeout.toNanos(), TimeUnit.NANOSECONDS);
			}
			catch (RejectedExecutionException ex) {
				// the application ends
				return null;
			}
		}

		/**
		 * Wait for what was called, at most as long as the limit.
		 * @return a stage that ends in time, or {@code null} if all is done
		 */
		@Nullable CompletionStage<?> within(@Nullable CompletionStage<?> stage) {
			if (stage == null) {
				end();
				return null;
			}
			stage.whenComplete((result, failure) -> {
				if (!end()) {
					return;
				}
				if (failure != null) {
					this.done.completeExceptionally(failure);
				}
				else {
					this.done.complete(null);
				}
			});
			return this.done;
		}

		private boolean end() {
			if (!this.ended.compareAndSet(false, true)) {
				return false;
			}
			if (this.deadline != null) {
				this.deadline.cancel(false);
			}
			return true;
		}

		/**
		 * The limit has passed, on the timer.
		 */
		@Override
		public void run() {
			if (!end()) {
				return;
			}
			HandlerCalls.this.clientErrors
				.warn(() -> "The " + this.what + " handler of " + HandlerCalls.this.connection + " did not end within "
						+ HandlerCalls.this.timeout + " (handler-timeout), the connection is closed");
			HandlerCalls.this.close.accept(1011);
			// what follows is the application's
			HandlerCalls.this.executors.handlers().execute(() -> this.done.complete(null));
		}

	}

}
