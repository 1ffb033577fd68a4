package dev.channels.consumer;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;

import dev.channels.consumer.KotlinFunctions.Invocation;
import kotlin.coroutines.CoroutineContext;
import kotlin.jvm.JvmClassMappingKt;
import kotlin.reflect.KClass;
import kotlin.reflect.KFunction;
import kotlin.reflect.KParameter;
import kotlin.reflect.full.KClasses;
import kotlin.reflect.jvm.KCallablesJvm;
import kotlin.reflect.jvm.ReflectJvmMapping;
import kotlinx.coroutines.ExecutorsKt;
import org.jspecify.annotations.Nullable;

import org.springframework.core.CoroutinesUtils;
import org.springframework.core.KotlinDetector;

/**
 * Calls functions by Kotlin's reflection. The only class that knows types of Kotlin.
 */
final class KotlinReflection {

	private KotlinReflection() {
	}

	/**
	 * Call a suspend function. It runs on the executor from the beginning to the end: a
	 * function that goes on where a driver has resumed it would hold the driver's thread.
	 * @return gives a {@code Mono}, or a {@code Flux} if the function returns a flow
	 */
	static Invocation suspending(Executor executor) {
		CoroutineContext context = ExecutorsKt.from(executor);
		return (callable, target, arguments) -> CoroutinesUtils.invokeSuspendingFunction(context, callable, target,
				arguments);
	}

	/**
	 * Call a function with its default arguments for those that are {@code null}.
	 */
	static Invocation plain(Method method) {
		KFunction<?> function = functionOf(method);
		return (callable, target, arguments) -> call(callable.equals(method) ? function : functionOf(callable), target,
				arguments);
	}

	private static KFunction<?> functionOf(Method method) {
		KFunction<?> function = ReflectJvmMapping.getKotlinFunction(method);
		if (function == null) {
			throw new IllegalStateException("Kotlin does not know " + method);
		}
		KCallablesJvm.setAccessible(function, true);
		return function;
	}

	private static @Nullable Object call(KFunction<?> function, Object target, @Nullable Object[] arguments) {
		Map<KParameter, @Nullable Object> given = new HashMap<>();
		int next = 0;
		for (KParameter parameter : function.getParameters()) {
			if (parameter.getKind() == KParameter.Kind.INSTANCE) {
				given.put(parameter, target);
				continue;
			}
			Object argument = arguments[next++];
			if (argument != null || !parameter.isOptional()) {
				given.put(parameter, boxed(parameter, argument));
			}
		}
		return function.callBy(given);
	}

	/**
	 * In the class file a value class is what it wraps.
	 */
	private static @Nullable Object boxed(KParameter parameter, @Nullable Object argument) {
		if (argument == null || !(parameter.getType().getClassifier() instanceof KClass<?> type)) {
			return argument;
		}
		Class<?> javaType = JvmClassMappingKt.getJavaClass(type);
		if (!KotlinDetector.isInlineClass(javaType) || javaType.isInstance(argument)) {
			return argument;
		}
		KFunction<?> constructor = KClasses.getPrimaryConstructor(type);
		if (constructor == null) {
			return argument;
		}
		KCallablesJvm.setAccessible(constructor, true);
		return constructor.call(argument);
	}

}
