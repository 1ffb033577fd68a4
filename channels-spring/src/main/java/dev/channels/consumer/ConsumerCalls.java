package dev.channels.consumer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.InvalidMessageException;
import dev.channels.connection.ServerConnection;
import dev.channels.layer.Failures;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.ClassUtils;

/**
 * Calls handlers of one instance, awaits and passes on what they return, and takes
 * exceptions to those who handle them.
 */
final class ConsumerCalls {

	private static final int POLICY_VIOLATION = 1008;

	private static final boolean beanValidation = ClassUtils
		.isPresent("jakarta.validation.ConstraintViolationException", ConsumerCalls.class.getClassLoader());

	private final ConsumerModel model;

	private final Object consumer;

	private final @Nullable ServerConnection connection;

	private final HandlerHeaders headers;

	private final Replies replies;

	/**
	 * Create the calls of an instance.
	 * @param connection whom it serves, {@code null} in a worker
	 */
	ConsumerCalls(ConsumerModel model, Object consumer, @Nullable ServerConnection connection) {
		this.model = model;
		this.consumer = consumer;
		this.connection = connection;
		this.headers = new HandlerHeaders(connection);
		this.replies = (connection != null) ? new ConnectionReplies(connection, model.executor()) : Replies.NOWHERE;
	}

	/**
	 * Call a handler without asking anybody about its exceptions.
	 * @return a stage to wait for, or {@code null} if all is done
	 */
	@Nullable CompletionStage<?> callUnhandled(Handler handler, Object payload) throws Exception {
		CompletionStage<?> stage;
		try {
			stage = invoke(handler, this.consumer, payload, this.replies);
		}
		catch (Throwable ex) {
			throw thrown(asInvalidMessage(ex));
		}
		return (stage != null) ? stage.exceptionallyCompose(
				(failure) -> CompletableFuture.failedStage(asInvalidMessage(Failures.unwrap(failure)))) : null;
	}

	/**
	 * Call a handler.
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception if nobody handles what it throws
	 */
	@Nullable CompletionStage<?> call(Handler handler, Object payload) throws Exception {
		Replies replies = (handler.kind() == HandlerKind.DISCONNECT) ? Replies.NOWHERE : this.replies;
		CompletionStage<?> stage;
		try {
			stage = invoke(handler, this.consumer, payload, replies);
		}
		catch (Throwable ex) {
			return handle(handler, ex, replies);
		}
		return (stage != null) ? rescued(stage, (failure) -> handle(handler, failure, replies)) : null;
	}

	/**
	 * Take an exception to the handler of such exceptions.
	 * @param failure what went wrong, not in a handler
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception the exception, if there is no handler, or what the handler throws
	 */
	@Nullable CompletionStage<?> handle(Throwable failure) throws Exception {
		return handle(null, failure, this.replies);
	}

	private @Nullable CompletionStage<?> handle(@Nullable Handler origin, Throwable failure, Replies replies)
			throws Exception {
		ExceptionHandlers.Found found = this.model.exceptions().find(failure, this.consumer);
		if (found == null) {
			return settle(origin, failure);
		}
		CompletionStage<?> stage;
		try {
			stage = invoke(found.handler(), found.target(), failure, replies);
		}
		catch (Throwable ex) {
			return settle(origin, ex);
		}
		return (stage != null) ? rescued(stage, (next) -> settle(origin, next)) : null;
	}

	/**
	 * Decide about what no exception handler took.
	 */
	private @Nullable CompletionStage<?> settle(@Nullable Handler origin, Throwable failure) throws Exception {
		Throwable known = asInvalidMessage(failure);
		if (this.connection == null || !this.model.refusals().settle(origin, known, this.connection)) {
			throw thrown(known);
		}
		return null;
	}

	private static CompletionStage<?> rescued(CompletionStage<?> stage, Rescue rescue) {
		return stage.<CompletionStage<?>>handle((value, failure) -> {
			if (failure == null) {
				return CompletableFuture.completedStage(null);
			}
			try {
				return orDone(rescue.from(Failures.unwrap(failure)));
			}
			catch (Throwable ex) {
				return CompletableFuture.failedStage(ex);
			}
		}).thenCompose((next) -> next);
	}

	private @Nullable CompletionStage<?> invoke(Handler handler, Object target, Object payload, Replies replies)
			throws Exception {
		Object value = handler.invoke(target, new HandlerInput(payload, this.headers));
		return take(handler, handler.result(), value, replies);
	}

	/**
	 * Pass a value on, or what it gives once that is there. What goes on then runs on the
	 * handlers' executor, whoever completes it.
	 */
	private @Nullable CompletionStage<?> take(Handler handler, ResultType declared, @Nullable Object value,
			Replies replies) {
		if (value == null) {
			return null;
		}
		ResultType type = (declared.kind() == ResultType.Kind.UNKNOWN) ? typeOf(value, handler) : declared;
		if (type.kind() == ResultType.Kind.STAGE) {
			return ((CompletionStage<?>) type.adapt(value))
				.<CompletionStage<?>>handleAsync((content, failure) -> (failure != null)
						? CompletableFuture.failedStage(Failures.unwrap(failure))
						: orDone(take(handler, type.content(), content, replies)), this.model.executor())
				.thenCompose((next) -> next);
		}
		replies.send(type, value);
		return null;
	}

	/**
	 * What is declared was checked at start.
	 */
	private ResultType typeOf(Object value, Handler handler) {
		ResultType type = this.model.results().ofValue(value, handler);
		HandlerErrors.requireSensible(handler.kind(), handler.method(), type, this.connection != null);
		return type;
	}

	private static CompletionStage<?> orDone(@Nullable CompletionStage<?> stage) {
		return (stage != null) ? stage : CompletableFuture.completedStage(null);
	}

	/**
	 * A payload that is not valid is the client's mistake, which leaves no stack trace.
	 */
	private Throwable asInvalidMessage(Throwable failure) {
		if (failure instanceof MethodArgumentNotValidException invalid && invalid.getBindingResult() != null) {
			return new InvalidMessageException(POLICY_VIOLATION,
					"a message that is not valid: " + invalid.getBindingResult().getErrorCount() + " error(s) in "
							+ ClassUtils.getShortName(invalid.getMethodParameter().getParameterType()),
					null);
		}
		if (beanValidation && ConstraintViolations.areInCallOf(this.model.definition().type(), failure)) {
			return new InvalidMessageException(POLICY_VIOLATION,
					"a message that is not valid for consumer '" + this.model.name() + "'", null);
		}
		return failure;
	}

	private static Exception thrown(Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		return (failure instanceof Exception exception) ? exception : new IllegalStateException(failure);
	}

	/**
	 * Decides about a failure.
	 */
	@FunctionalInterface
	private interface Rescue {

		@Nullable CompletionStage<?> from(Throwable failure) throws Exception;

	}

}
