package dev.channels.websocket;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

import dev.channels.connection.HandshakeResult;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A handshake that waits for a consumer's decision or for joins without holding a thread.
 * The request becomes asynchronous; the decision, on whatever thread it falls, dispatches
 * it; and the container, once the first thread has left all filters, gives it a thread of
 * its own on which it is answered. The dispatch ends in our {@link HandshakeFilter}
 * before it reaches anybody else, so no check and no interceptor runs twice.
 */
final class PendingHandshake implements AsyncListener {

	private static final Log logger = LogFactory.getLog(PendingHandshake.class);

	private static final String ATTRIBUTE = PendingHandshake.class.getName();

	private final HandshakeAnswer answer;

	/**
	 * Who comes first decides: the result, or the end of the request.
	 */
	private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

	/**
	 * Written before the dispatch, which the container orders before its reading.
	 */
	private volatile @Nullable HandshakeResult result;

	private PendingHandshake(HandshakeAnswer answer) {
		this.answer = answer;
	}

	/**
	 * Let the request wait.
	 * @param timeout when to give up, should the decision never come
	 * @return {@code false} if a filter or servlet on the way does not allow it
	 */
	static boolean start(HandshakeAnswer answer, CompletionStage<HandshakeResult> decision, Duration timeout) {
		HttpServletRequest request = answer.request();
		if (!request.isAsyncSupported()) {
			return false;
		}
		PendingHandshake pending = new PendingHandshake(answer);
		request.setAttribute(ATTRIBUTE, pending);
		AsyncContext context = request.startAsync(request, answer.response());
		context.setTimeout(timeout.toMillis());
		context.addListener(pending);
		decision.whenComplete((result, failure) -> {
			// the connection turns failures into results
			if (result != null) {
				pending.decided(result, context);
			}
		});
		return true;
	}

	/**
	 * Answer the handshake that a request has waited for.
	 * @return {@code false} if it did not wait for one
	 */
	static boolean resume(ServletRequest request) {
		if (!(request.getAttribute(ATTRIBUTE) instanceof PendingHandshake pending)) {
			return false;
		}
		request.removeAttribute(ATTRIBUTE);
		pending.resume();
		return true;
	}

	private void decided(HandshakeResult result, AsyncContext context) {
		this.result = result;
		if (!this.state.compareAndSet(State.WAITING, State.DECIDED)) {
			return;
		}
		try {
			context.dispatch();
		}
		catch (RuntimeException ex) {
			logger.debug("A handshake ended before it could be answered", ex);
			abandon();
		}
	}

	private void resume() {
		HandshakeResult result = this.result;
		if (result != null && this.state.compareAndSet(State.DECIDED, State.ENDED)) {
			this.answer.give(result);
		}
	}

	private void abandon() {
		if (this.state.getAndSet(State.ENDED) != State.ENDED) {
			this.answer.abandon();
		}
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		if (this.state.compareAndSet(State.WAITING, State.ENDED)) {
			this.answer.abandon();
			this.answer.giveBusy();
			event.getAsyncContext().complete();
		}
	}

	@Override
	public void onError(AsyncEvent event) {
		abandon();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		abandon();
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		// nobody does
	}

	private enum State {

		WAITING, DECIDED, ENDED

	}

}
