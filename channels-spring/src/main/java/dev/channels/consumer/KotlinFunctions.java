package dev.channels.consumer;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.Executor;

import dev.channels.ChannelsConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.KotlinDetector;
import org.springframework.util.ClassUtils;

/**
 * Finds handlers that only Kotlin's own reflection can call: suspend functions, and such
 * with default arguments. Knows no type of Kotlin, which may be absent.
 */
final class KotlinFunctions {

	private final Executor executor;

	private final @Nullable ClassLoader classLoader;

	/**
	 * Create a finder.
	 * @param executor runs suspend functions, also when they go on
	 * @param classLoader knows the libraries of the application
	 */
	KotlinFunctions(Executor executor, @Nullable ClassLoader classLoader) {
		this.executor = executor;
		this.classLoader = classLoader;
	}

	static boolean isSuspending(Method method) {
		return KotlinDetector.isSuspendingFunction(method);
	}

	/**
	 * Return how to call a handler, {@code null} for Java's own way.
	 * @throws ChannelsConfigurationException if a library is missing for that
	 */
	@Nullable Invocation invocationOf(Method method, String handler) {
		if (!KotlinDetector.isKotlinType(method.getDeclaringClass())) {
			return null;
		}
		boolean suspending = isSuspending(method);
		if (!suspending && !hasDefaults(method)) {
			return null;
		}
		boolean reflection = isPresent("kotlin.reflect.full.KClasses");
		if (suspending && !(reflection && isPresent("kotlinx.coroutines.reactor.MonoKt"))) {
			throw new ChannelsConfigurationException(
					handler + " is a suspend function, but kotlin-reflect or kotlinx-coroutines-reactor is missing",
					"Add org.jetbrains.kotlin:kotlin-reflect and org.jetbrains.kotlinx:kotlinx-coroutines-reactor, "
							+ "or write a plain fun that returns a CompletionStage.");
		}
		if (!reflection) {
			throw new ChannelsConfigurationException(handler + " has default arguments, but kotlin-reflect is missing",
					"Add org.jetbrains.kotlin:kotlin-reflect, or take nullable parameters.");
		}
		return suspending ? KotlinReflection.suspending(this.executor) : KotlinReflection.plain(method);
	}

	private boolean isPresent(String type) {
		return ClassUtils.isPresent(type, this.classLoader);
	}

	/**
	 * The compiler writes a second method that fills the arguments in.
	 */
	private static boolean hasDefaults(Method method) {
		String name = method.getName() + "$default";
		return Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
			.anyMatch((candidate) -> candidate.isSynthetic() && candidate.getName().equals(name));
	}

	/**
	 * A way to call a method.
	 */
	@FunctionalInterface
	interface Invocation {

		/**
		 * Call the method.
		 * @param callable the method, or the interface's that it implements
		 * @param arguments one for each parameter that Kotlin's source has
		 * @throws Exception what reflection throws
		 */
		@Nullable Object invoke(Method callable, Object target, @Nullable Object[] arguments) throws Exception;

	}

}
