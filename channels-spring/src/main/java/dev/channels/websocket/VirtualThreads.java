package dev.channels.websocket;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

import org.jspecify.annotations.Nullable;

/**
 * Tells threads that may wait from those that many others need.
 */
final class VirtualThreads {

	private static final int JAVA_WITHOUT_PINNING = 24;

	private static final @Nullable MethodHandle IS_VIRTUAL = find();

	private VirtualThreads() {
	}

	/**
	 * Whether this thread is virtual, and holds no other when it waits: before Java 24 it
	 * does within {@code synchronized}, which a filter on the way may be.
	 */
	static boolean mayWait() {
		if (IS_VIRTUAL == null) {
			return false;
		}
		try {
			return (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
		}
		catch (Throwable ex) {
			throw new IllegalStateException("Thread.isVirtual() failed", ex);
		}
	}

	private static @Nullable MethodHandle find() {
		if (Runtime.version().feature() < JAVA_WITHOUT_PINNING) {
			return null;
		}
		try {
			// this code is compiled for Java 17
			return MethodHandles.publicLookup()
				.findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("Thread.isVirtual() is missing", ex);
		}
	}

}
