package dev.channels.connection;

import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;

import dev.channels.CloseStatus;
import dev.channels.InvalidMessageException;
import dev.channels.layer.Failures;
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

	private final Object connection;

	private final RateLimitedLog clientErrors;

	private final IntConsumer close;

	private volatile @Nullable ConnectionHandler handler;

	/**
	 * The event that is being handled: its members share the encodings of their answers.
	 */
	private volatile @Nullable SharedEvent currentEvent;

	HandlerCalls(Object connection, RateLimitedLog clientErrors, IntConsumer close) {
		this.connection = connection;
		this.clientErrors = clientErrors;
		this.close = close;
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
		CompletionStage<?> stage = null;
		try {
			stage = call.call();
		}
		catch (Throwable ex) {
			failed(what, ex);
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
			this.clientErrors
				.warn(() -> this.connection + " closed with " + invalid.closeCode() + ": " + invalid.getMessage());
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

}
