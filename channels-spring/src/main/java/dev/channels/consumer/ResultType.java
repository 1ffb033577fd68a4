package dev.channels.consumer;

import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectWriter;

/**
 * What a handler returns, and so what becomes of it. Made at start from the return type,
 * see {@link ResultTypes}. Safe for use by many threads.
 */
final class ResultType {

	private final Kind kind;

	private final String name;

	private final @Nullable ResultType content;

	private final Function<Object, Object> adapter;

	private final @Nullable ValueWriter writer;

	private ResultType(Kind kind, String name, @Nullable ResultType content, Function<Object, Object> adapter,
			@Nullable ValueWriter writer) {
		this.kind = kind;
		this.name = name;
		this.content = content;
		this.adapter = adapter;
		this.writer = writer;
	}

	/**
	 * Of something that is sent as it is, or not at all.
	 */
	static ResultType value(Kind kind, String name, @Nullable ValueWriter writer) {
		return new ResultType(kind, name, null, Function.identity(), writer);
	}

	/**
	 * Of something that gives what is sent.
	 * @param content what it gives
	 * @param adapter makes what the kind says of it: a stage, a publisher
	 */
	static ResultType container(Kind kind, String name, ResultType content, Function<Object, Object> adapter) {
		return new ResultType(kind, name, content, adapter, null);
	}

	Kind kind() {
		return this.kind;
	}

	/**
	 * Return the name of the type, for texts.
	 */
	String name() {
		return this.name;
	}

	/**
	 * Return what a stage, stream or publisher gives.
	 */
	ResultType content() {
		if (this.content == null) {
			throw new IllegalStateException(this.name + " gives nothing");
		}
		return this.content;
	}

	/**
	 * Find what gives many values: this, or what comes out of this.
	 */
	@Nullable ResultType many() {
		return switch (this.kind) {
			case STREAM, PUBLISHER -> this;
			case STAGE -> content().many();
			case NOTHING, VALUE, UNKNOWN -> null;
		};
	}

	/**
	 * Turn a value of this type into the stage, stream or publisher that it is.
	 */
	Object adapt(Object value) {
		return this.adapter.apply(value);
	}

	/**
	 * Return what writes a value as the declared type wants it, or {@code null} if the
	 * value's own class says it all.
	 */
	@Nullable ObjectWriter writerOf(Object value) {
		return (this.writer != null) ? this.writer.of(value) : null;
	}

	/**
	 * Kinds of results.
	 */
	enum Kind {

		/**
		 * Nothing is sent.
		 */
		NOTHING,

		/**
		 * The value is sent.
		 */
		VALUE,

		/**
		 * At most one value, which is awaited.
		 */
		STAGE,

		/**
		 * Many values, from a thread of ours.
		 */
		STREAM,

		/**
		 * Many values, from a publisher.
		 */
		PUBLISHER,

		/**
		 * The value itself will tell.
		 */
		UNKNOWN

	}

	/**
	 * Writes values of one declared type.
	 */
	@FunctionalInterface
	interface ValueWriter {

		@Nullable ObjectWriter of(Object value);

	}

}
