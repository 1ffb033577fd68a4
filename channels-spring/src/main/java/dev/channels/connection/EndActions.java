package dev.channels.connection;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * What is to end together with one connection: streams of answers, for instance. Each
 * action is run once, by the thread that ends the connection or by the one that comes too
 * late with it. Safe for use by many threads.
 */
final class EndActions {

	private static final Log logger = LogFactory.getLog(EndActions.class);

	private final Object connection;

	private final Set<Runnable> registrations = ConcurrentHashMap.newKeySet();

	private volatile boolean ended;

	EndActions(Object connection) {
		this.connection = connection;
	}

	/**
	 * Add an action, or run it if it is too late for that.
	 * @return removes the action
	 */
	Runnable add(Runnable action) {
		// an object of its own: the same action may be added twice
		Runnable registration = () -> action.run();
		this.registrations.add(registration);
		if (this.ended && this.registrations.remove(registration)) {
			registration.run();
		}
		return () -> this.registrations.remove(registration);
	}

	/**
	 * Run all, and those that are added from now on at once.
	 */
	void run() {
		this.ended = true;
		for (Runnable action : this.registrations) {
			if (this.registrations.remove(action)) {
				try {
					action.run();
				}
				catch (Throwable ex) {
					// whatever others do, the disconnect handler runs
					logger.error("What " + this.connection + " was to end with failed", ex);
				}
			}
		}
	}

}
