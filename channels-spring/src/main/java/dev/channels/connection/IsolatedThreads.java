package dev.channels.connection;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes threads that inherit nothing from the one that asks for them.
 */
final class IsolatedThreads {

	private IsolatedThreads() {
	}

	/**
	 * Return a factory of daemon threads with numbered names.
	 */
	static ThreadFactory platform(String prefix) {
		AtomicInteger number = new AtomicInteger();
		ClassLoader classLoader = IsolatedThreads.class.getClassLoader();
		return (task) -> {
			Thread thread = new Thread(null, task, prefix + number.incrementAndGet(), 0, false);
			thread.setContextClassLoader(classLoader);
			thread.setDaemon(true);
			return thread;
		};
	}

	/**
	 * Return a factory of virtual threads. They share one name: there is a thread for
	 * each turn, and a counter would be shared by all of them.
	 * @throws UnsupportedOperationException if this JVM has no virtual threads
	 */
	static ThreadFactory virtual(String name) {
		try {
			// this code is compiled for Java 17
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			Class<?> type = Class.forName("java.lang.Thread$Builder");
			type.getMethod("name", String.class).invoke(builder, name);
			type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			return (ThreadFactory) type.getMethod("factory").invoke(builder);
		}
		catch (NoSuchMethodException | ClassNotFoundException ex) {
			throw new UnsupportedOperationException(
					"Java " + Runtime.version().feature() + " has no virtual threads, Java 21 has", ex);
		}
		catch (IllegalAccessException | InvocationTargetException ex) {
			throw new IllegalStateException("Virtual threads cannot be made", ex);
		}
	}

}
