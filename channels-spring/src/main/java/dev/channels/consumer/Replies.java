package dev.channels.consumer;

import org.jspecify.annotations.Nullable;

/**
 * Takes what handlers return.
 */
@FunctionalInterface
interface Replies {

	/**
	 * Take a value.
	 * @param value the value, {@code null} for nothing
	 */
	void send(@Nullable Object value);

}
