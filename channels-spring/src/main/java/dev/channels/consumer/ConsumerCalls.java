package dev.channels.consumer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.channels.InvalidMessageException;
import dev.channels.layer.Failures;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.handler.annotation.support.MethodArgumentNotValidException;
import org.springframework.util.ClassUtils;

/**
 * Calls handlers of one instance, passes on what they return, and takes exceptions to
 * those who handle them.
 */
final class ConsumerCalls {

	private static final int POLICY_VIOLATION = 1008;

	private static final boolean beanValidation = ClassUtils
		.isPresent("jakarta.validation.ConstraintViolationException", ConsumerCalls.class.getClassLoader());

	private final ConsumerModel model;

	private final Object consumer;

	private final HandlerHeaders headers;

	private final Replies replies;

	ConsumerCalls(ConsumerModel model, Object consumer, HandlerHeaders headers, Replies replies) {
		this.model = model;
		this.consumer = consumer;
		this.headers = headers;
		this.replies = replies;
	}

	/**
	 * Call a handler without asking anybody about its exceptions.
	 * @return a stage to wait for, or {@code null} if all is done
	 */
	@Nullable CompletionStage<?> callUnhandled(Handler handler, Object payload) throws Exception {
		Object value = handler.invoke(this.consumer, new HandlerInput(payload, this.headers));
		if (value instanceof CompletionStage<?> stage) {
			return stage.thenAcceptAsync(this.replies::send, this.model.executor());
		}
		this.replies.send(value);
		return null;
	}

	/**
	 * Call a handler.
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception if nobody handles what it throws
	 */
	@Nullable CompletionStage<?> call(Handler handler, Object payload) throws Exception {
		CompletionStage<?> stage;
		try {
			Object value = handler.invoke(this.consumer, new HandlerInput(payload, this.headers));
			if (!(value instanceof CompletionStage<?> returned)) {
				this.replies.send(value);
				return null;
			}
			stage = returned;
		}
		catch (Exception ex) {
			return handle(ex);
		}
		return stage.handleAsync(this::complete, this.model.executor()).thenCompose((next) -> next);
	}

	private CompletionStage<?> complete(@Nullable Object value, @Nullable Throwable failure) {
		try {
			if (failure == null) {
				this.replies.send(value);
				return CompletableFuture.completedStage(null);
			}
			CompletionStage<?> next = handle(Failures.unwrap(failure));
			return (next != null) ? next : CompletableFuture.completedStage(null);
		}
		catch (Throwable ex) {
			return CompletableFuture.failedStage(ex);
		}
	}

	/**
	 * Take an exception to the handler of such exceptions.
	 * @return a stage to wait for, or {@code null} if all is done
	 * @throws Exception the exception, if there is no handler, or what the handler throws
	 */
	@Nullable CompletionStage<?> handle(Throwable failure) throws Exception {
		ExceptionHandlers.Found found = this.model.exceptions().find(failure, this.consumer);
		if (found == null) {
			throw asInvalidMessage(failure);
		}
		Object value = found.handler().invoke(found.target(), new HandlerInput(failure, this.headers));
		if (value instanceof CompletionStage<?> stage) {
			return stage.thenAcceptAsync(this.replies::send, this.model.executor());
		}
		this.replies.send(value);
		return null;
	}

	/**
	 * A payload that is not valid is the client's mistake, which leaves no stack trace.
	 */
	private Exception asInvalidMessage(Throwable failure) {
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
		if (failure instanceof Error error) {
			throw error;
		}
		return (failure instanceof Exception exception) ? exception : new IllegalStateException(failure);
	}

}
