package dev.channels.connection;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import dev.channels.ConnectionRejectedException;
import dev.channels.ConnectionSettings;
import dev.channels.layer.Failures;
import dev.channels.layer.Printable;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;

/**
 * The time between a client's request and our answer: runs the connect handler on the
 * handlers' executor and turns whatever comes of it into a status. No thread waits
 * meanwhile: deadlines are the timer's.
 */
final class ConnectPhase {

	private static final Log logger = LogFactory.getLog(ConnectPhase.class);

	private static final int MAX_REASON = 300;

	private final ConnectionManager manager;

	private final ConnectionSettings settings;

	private final HandshakeDecision decision;

	private final Memberships memberships;

	private final Object connection;

	private final CompletableFuture<Void> handlerDone = new CompletableFuture<>();

	ConnectPhase(ConnectionManager manager, ConnectionSettings settings, HandshakeDecision decision,
			Memberships memberships, Object connection) {
		this.manager = manager;
		this.settings = settings;
		this.decision = decision;
		this.memberships = memberships;
		this.connection = connection;
	}

	/**
	 * Call the handler, once.
	 * @return completes with the answer, on any thread; never fails
	 */
	CompletableFuture<HandshakeResult> run(ConnectCall connect) {
		CompletableFuture<Void> called = new CompletableFuture<>();
		limit(called, this.settings.connectTimeout());
		try {
			this.manager.executors().handlers().execute(() -> call(connect, called));
		}
		catch (Throwable ex) {
			// there is no thread, and perhaps no application any more
			this.handlerDone.complete(null);
			called.completeExceptionally(new NotRun(ex));
		}
		return called
			.handle((nothing, failure) -> (failure != null) ? CompletableFuture.completedFuture(refusal(failure))
					: accept())
			.thenCompose(Function.identity());
	}

	/**
	 * Return what completes when the handler uses its consumer no more, which may be long
	 * after the answer.
	 */
	CompletableFuture<Void> handlerDone() {
		return this.handlerDone;
	}

	private void call(ConnectCall connect, CompletableFuture<Void> called) {
		try {
			// a client that has its answer reaches no code of the application
			CompletionStage<?> stage = called.isDone() ? null : connect.call();
			if (stage != null) {
				stage.whenComplete((result, failure) -> done(called, failure));
				return;
			}
		}
		catch (Throwable ex) {
			done(called, ex);
			return;
		}
		done(called, null);
	}

	private void done(CompletableFuture<Void> called, @Nullable Throwable failure) {
		this.handlerDone.complete(null);
		if (failure != null) {
			called.completeExceptionally(Failures.unwrap(failure));
		}
		else {
			called.complete(null);
		}
	}

	private CompletableFuture<HandshakeResult> accept() {
		HandshakeResult result = this.decision.complete();
		if (!result.accepted()) {
			return CompletableFuture.completedFuture(result);
		}
		CompletableFuture<Void> joined = this.memberships.pending();
		limit(joined, this.settings.joinTimeout());
		return joined.handle((nothing, failure) -> {
			if (failure != null) {
				this.manager.clientErrors()
					.warn(() -> this.connection + " opens before its joins are in effect: the channel layer has not "
							+ "acknowledged them within " + this.settings.joinTimeout());
			}
			return result;
		});
	}

	/**
	 * What is thrown in connect refuses. Only what stands for no status is an error of
	 * the application.
	 */
	private HandshakeResult refusal(Throwable failure) {
		if (failure instanceof Overdue) {
			this.manager.clientErrors()
				.warn(() -> this.connection + " refused: its @OnConnect handler did not complete within "
						+ this.settings.connectTimeout());
			return refused(503);
		}
		if (failure instanceof NotRun) {
			this.manager.clientErrors()
				.warn(() -> this.connection + " refused: no thread runs its @OnConnect handler: "
						+ failure.getMessage());
			return refused(503);
		}
		RefusalStatus status = RefusalStatus.of(failure);
		if (status == null) {
			logger.error("The @OnConnect handler of " + this.connection + " failed", failure);
			return refused(500);
		}
		if (!(failure instanceof ConnectionRejectedException)) {
			this.manager.clientErrors()
				.warn(() -> this.connection + " refused with status " + status.status().value() + ": "
						+ Printable.of(String.valueOf(failure.getMessage()), MAX_REASON));
		}
		return refused(status);
	}

	private HandshakeResult refused(int status) {
		return this.decision.override(HandshakeResult.rejected(status, HttpHeaders.EMPTY));
	}

	private HandshakeResult refused(RefusalStatus status) {
		try {
			return this.decision.override(HandshakeResult.rejected(status.status().value(), status.headers()));
		}
		catch (IllegalArgumentException ex) {
			// perhaps a text of the client's
			this.manager.clientErrors()
				.warn(() -> this.connection + " is refused without the headers of the exception: " + ex.getMessage());
			return refused(status.status().value());
		}
	}

	/**
	 * Fail a future of our own that is not done in time.
	 */
	private void limit(CompletableFuture<?> future, Duration limit) {
		if (future.isDone()) {
			return;
		}
		try {
			ScheduledFuture<?> deadline = this.manager.executors()
				.timer()
				.schedule(() -> future.completeExceptionally(new Overdue()), limit.toNanos(), TimeUnit.NANOSECONDS);
			future.whenComplete((result, failure) -> deadline.cancel(false));
		}
		catch (RejectedExecutionException ex) {
			future.completeExceptionally(new NotRun(ex));
		}
	}

	/**
	 * Calls the connect handler.
	 */
	@FunctionalInterface
	interface ConnectCall {

		@Nullable CompletionStage<?> call() throws Exception;

	}

	/**
	 * A deadline has passed: ours, and not one of those that a handler may tell of.
	 */
	private static final class Overdue extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Overdue() {
			super(null, null, false, false);
		}

	}

	/**
	 * The handler was not called.
	 */
	private static final class NotRun extends RuntimeException {

		private static final long serialVersionUID = 1L;

		NotRun(Throwable cause) {
			super(String.valueOf(cause.getMessage()), cause, false, false);
		}

	}

}
