package dev.channels.layer;

import java.util.concurrent.CompletionException;

/**
 * What came out of a stage.
 *
 * @since 0.1.0
 */
public final class Failures {

	private Failures() {
	}

	/**
	 * Return what has failed, without what a stage that depends on another one wraps
	 * around it.
	 * @param failure the failure of a stage
	 * @return its cause if it is a {@link CompletionException} that has one, otherwise
	 * the failure itself
	 */
	public static Throwable unwrap(Throwable failure) {
		return (failure instanceof CompletionException && failure.getCause() != null) ? failure.getCause() : failure;
	}

}
