package dev.channels.connection;

import org.jspecify.annotations.Nullable;

/**
 * What surrounds each turn of code of the application: a few entries of a mailbox, an
 * event of a worker, a callback of a stage. Threads of turns inherit nothing from those
 * that started them, neither thread-locals nor a class loader, since whoever sends to a
 * group starts turns of others. What a turn shall see is set here.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TurnContext {

	/**
	 * Run a turn, on the thread that is its own until the call returns.
	 * @param turn what to run, once
	 */
	void run(Runnable turn);

	/**
	 * Return a context that sets the thread's context class loader.
	 * @param classLoader the loader of the application
	 * @return the context
	 */
	static TurnContext of(@Nullable ClassLoader classLoader) {
		return (turn) -> {
			// each time: the turn before may have left another one
			Thread.currentThread().setContextClassLoader(classLoader);
			turn.run();
		};
	}

}
