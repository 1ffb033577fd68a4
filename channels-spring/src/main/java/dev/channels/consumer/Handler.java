package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.IntStream;

import dev.channels.consumer.KotlinFunctions.Invocation;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * A handler method with a resolver for each of its parameters, both found at start. Safe
 * for use by many threads.
 */
final class Handler {

	private final HandlerKind kind;

	private final Method method;

	/**
	 * The same method as an interface declares it, if one does: a proxy may be no more
	 * than that interface.
	 */
	private final Method declared;

	private final MethodParameter[] parameters;

	private final HandlerMethodArgumentResolver[] resolvers;

	private final @Nullable MethodParameter payload;

	private final ResultType result;

	private final Invocation invocation;

	Handler(HandlerKind kind, Method method, MethodParameter[] parameters, HandlerMethodArgumentResolver[] resolvers,
			@Nullable MethodParameter payload, ResultType result, @Nullable Invocation invocation) {
		this.kind = kind;
		this.method = method;
		this.declared = ClassUtils.getInterfaceMethodIfPossible(method, null);
		this.parameters = parameters;
		this.resolvers = resolvers;
		this.payload = payload;
		this.result = result;
		this.invocation = (invocation != null) ? invocation : Method::invoke;
		ReflectionUtils.makeAccessible(method);
		ReflectionUtils.makeAccessible(this.declared);
	}

	HandlerKind kind() {
		return this.kind;
	}

	Method method() {
		return this.method;
	}

	/**
	 * Return the parameter that takes the payload, if there is one.
	 */
	@Nullable MethodParameter payload() {
		return this.payload;
	}

	/**
	 * Return what the method returns.
	 */
	ResultType result() {
		return this.result;
	}

	/**
	 * Return the parameters that are resolved by one of Spring MVC's annotations.
	 */
	List<MethodParameter> annotated(Class<? extends Annotation> annotation) {
		return IntStream.range(0, this.parameters.length)
			.filter((i) -> this.resolvers[i] instanceof NamedValueResolver<?> named && named.isOf(annotation))
			.mapToObj((i) -> this.parameters[i])
			.toList();
	}

	/**
	 * Whether the method can be called on an object of this class or proxy.
	 */
	boolean isOf(Object target) {
		return this.method.getDeclaringClass().isInstance(target)
				|| this.declared.getDeclaringClass().isInstance(target);
	}

	/**
	 * Call the method.
	 * @throws Exception what the method or the resolver of a parameter throws
	 */
	@Nullable Object invoke(Object target, Message<?> message) throws Exception {
		@Nullable Object[] arguments = new Object[this.parameters.length];
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = this.resolvers[i].resolveArgument(this.parameters[i], message);
		}
		try {
			Method callable = this.method.getDeclaringClass().isInstance(target) ? this.method : this.declared;
			return this.invocation.invoke(callable, target, arguments);
		}
		catch (InvocationTargetException ex) {
			Throwable cause = ex.getCause();
			if (cause instanceof Error error) {
				throw error;
			}
			throw (cause instanceof Exception exception) ? exception : ex;
		}
	}

	@Override
	public String toString() {
		return this.kind.describe(this.method);
	}

}
