package dev.channels.consumer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import tools.jackson.databind.JavaType;

import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.util.ClassUtils;

/**
 * Knows Reactive Streams, which may be absent, and the types that Spring adapts to them:
 * those of Reactor, RxJava, Mutiny and Kotlin's coroutines.
 */
final class ReactiveResults {

	private ReactiveResults() {
	}

	/**
	 * Decide about a type.
	 * @return what it is, or {@code null} if it is not reactive
	 */
	static @Nullable ResultType find(ResultTypes types, JavaType type, String handler) {
		Class<?> raw = type.getRawClass();
		String name = ClassUtils.getShortName(raw);
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw);
		if (adapter != null && !adapter.isMultiValue()) {
			return types.single(name, types.parameter(type, adapter.getReactiveType()),
					(value) -> first(adapter.toPublisher(value)), handler);
		}
		if (Publisher.class.isAssignableFrom(raw)) {
			return many(types, name, types.parameter(type, Publisher.class), Function.identity(), handler);
		}
		if (Flow.Publisher.class.isAssignableFrom(raw)) {
			return many(types, name, types.parameter(type, Flow.Publisher.class),
					(value) -> FlowAdapters.toPublisher((Flow.Publisher<?>) value), handler);
		}
		return (adapter != null)
				? many(types, name, types.parameter(type, adapter.getReactiveType()), adapter::toPublisher, handler)
				: null;
	}

	/**
	 * Spring makes a {@code Flux} of the flow or publisher that a suspend function
	 * returns, and a {@code Mono} of anything else.
	 */
	static ResultType suspended(ResultType declared, Class<?> raw) {
		boolean publisher = Publisher.class.isAssignableFrom(raw)
				|| UnsupportedResults.isA(raw, "kotlinx.coroutines.flow.Flow");
		if (publisher && declared.kind() == ResultType.Kind.PUBLISHER) {
			return ResultType.container(ResultType.Kind.PUBLISHER, declared.name(), declared.content(),
					Function.identity());
		}
		return ResultType.container(ResultType.Kind.STAGE, declared.name(), publisher ? declared.content() : declared,
				(value) -> first((Publisher<?>) value));
	}

	private static ResultType many(ResultTypes types, String name, JavaType element, Function<Object, Object> adapter,
			String handler) {
		return types.many(ResultType.Kind.PUBLISHER, name, element, adapter, handler);
	}

	/**
	 * Subscribe on the caller's thread.
	 * @return completes with the first element, or {@code null}, when the publisher is
	 * done; it is never cancelled, which could undo what it has done
	 */
	static CompletionStage<?> first(Publisher<?> publisher) {
		First first = new First();
		try {
			publisher.subscribe(first);
		}
		catch (Throwable ex) {
			first.onError(ex);
		}
		return first.result;
	}

	/**
	 * Signals come one after the other, whatever their threads.
	 */
	private static final class First implements Subscriber<Object> {

		private final CompletableFuture<@Nullable Object> result = new CompletableFuture<>();

		private @Nullable Object element;

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(Object element) {
			if (this.element == null) {
				this.element = element;
			}
		}

		@Override
		public void onError(Throwable failure) {
			this.result.completeExceptionally(failure);
		}

		@Override
		public void onComplete() {
			this.result.complete(this.element);
		}

	}

}
