package dev.channels.layer;

import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

import dev.channels.Event;
import org.jspecify.annotations.Nullable;

/**
 * An event that arrived at this node, shared by all members that get it: decoded once per
 * type that handlers take, and whatever they answer encoded once per answer. Safe for use
 * by many threads.
 *
 * @since 0.1.0
 */
public final class SharedEvent {

	/**
	 * Members usually answer with one and the same object; ones that each answer with an
	 * object of their own should not pile up here.
	 */
	private static final int MAX_ENCODINGS = 8;

	private final LayerEvent event;

	private final PayloadReader reader;

	private final Map<Type, FutureTask<Object>> payloads = new ConcurrentHashMap<>(4);

	private final Map<Answer, FutureTask<Object>> encodings = new ConcurrentHashMap<>(4);

	SharedEvent(LayerEvent event, PayloadReader reader) {
		this.event = event;
		this.reader = reader;
	}

	/**
	 * Return the event type.
	 * @return the type
	 */
	public String type() {
		return this.event.type();
	}

	/**
	 * Return a control.
	 * @param name its name
	 * @return its value, or {@code null}
	 */
	public @Nullable Object control(String name) {
		return this.event.controls().get(name);
	}

	/**
	 * Return the payload, or the whole event for {@link Event}.
	 * @param type the type that a handler takes
	 * @return the value, the same for each call with this type
	 * @throws UndecodableEventException if the payload cannot be read as this type
	 */
	public Object payload(Type type) {
		FutureTask<Object> payload = this.payloads.get(type);
		if (payload == null) {
			payload = computed(this.payloads, type, () -> decode(type));
		}
		try {
			return result(payload);
		}
		catch (UndecodableEventException ex) {
			// of the one who tried; the others do not try again
			throw new UndecodableEventException(String.valueOf(ex.getMessage()));
		}
	}

	/**
	 * Return the encoding of an answer, made by the first caller that gives this object.
	 * @param <T> the type of encodings
	 * @param answer the object
	 * @param format what else the encoding depends on, {@code null} for nothing
	 * @param encoder encodes it
	 * @return the encoding
	 */
	@SuppressWarnings("unchecked")
	public <T> T encoding(Object answer, @Nullable Object format, Function<Object, T> encoder) {
		Answer key = new Answer(answer, format);
		FutureTask<Object> encoding = this.encodings.get(key);
		if (encoding == null) {
			if (this.encodings.size() >= MAX_ENCODINGS) {
				return encoder.apply(answer);
			}
			encoding = computed(this.encodings, key, () -> encoder.apply(answer));
		}
		try {
			return (T) result(encoding);
		}
		catch (RuntimeException | Error ex) {
			this.encodings.remove(key);
			throw ex;
		}
	}

	/**
	 * Let the first caller compute a value, and the others wait for it. That runs code of
	 * the application, which may block: not under a lock of the map.
	 */
	private static <K> FutureTask<Object> computed(Map<K, FutureTask<Object>> values, K key,
			Callable<Object> computation) {
		FutureTask<Object> own = new FutureTask<>(computation);
		FutureTask<Object> other = values.putIfAbsent(key, own);
		if (other != null) {
			return other;
		}
		own.run();
		return own;
	}

	private static Object result(FutureTask<Object> task) {
		try {
			return task.get();
		}
		catch (ExecutionException ex) {
			throw thrown(ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while another thread computes what this one needs", ex);
		}
	}

	private static RuntimeException thrown(@Nullable Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		return (failure instanceof RuntimeException exception) ? exception : new IllegalStateException(failure);
	}

	private Object decode(Type type) {
		if (type == Event.class) {
			return new Event(type(), payload(Map.class));
		}
		try {
			Object value = this.reader.read(this.event.payload(), type);
			if (value != null) {
				return value;
			}
		}
		catch (RuntimeException ex) {
			// Jackson's, or that of a deserializer of the application
		}
		throw new UndecodableEventException(describe(type));
	}

	private String describe(Type type) {
		return this.event + " whose payload cannot be read as " + type.getTypeName();
	}

	@Override
	public String toString() {
		return this.event.toString();
	}

	/**
	 * Compares by identity: an equal object may be written differently.
	 */
	private record Answer(Object object, @Nullable Object format) {

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Answer that && this.object == that.object && this.format == that.format;
		}

		@Override
		public int hashCode() {
			return System.identityHashCode(this.object);
		}

	}

}
