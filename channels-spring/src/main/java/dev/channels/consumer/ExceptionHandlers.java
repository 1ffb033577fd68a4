package dev.channels.consumer;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import dev.channels.ChannelsConfigurationException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.support.AnnotationExceptionHandlerMethodResolver;
import org.springframework.util.ClassUtils;
import org.springframework.web.method.ControllerAdviceBean;

/**
 * The {@link MessageExceptionHandler} methods for one consumer: its own come first, then
 * those of {@code @ControllerAdvice} beans that apply to it, in their order.
 */
final class ExceptionHandlers {

	private static final Log logger = LogFactory.getLog(ExceptionHandlers.class);

	private final List<Source> sources = new ArrayList<>();

	/**
	 * Find the handlers.
	 * @throws ChannelsConfigurationException if a handler of the consumer itself cannot
	 * be called
	 */
	ExceptionHandlers(Class<?> consumerType, ApplicationContext context, HandlerFactory factory, boolean connected) {
		Source own = new Source(consumerType, null);
		methodsOf(consumerType).forEach((method) -> own.handlers.put(method,
				factory.create(HandlerKind.EXCEPTION, method, consumerType, connected)));
		this.sources.add(own);
		for (ControllerAdviceBean advice : ControllerAdviceBean.findAnnotatedBeans(context)) {
			Class<?> type = advice.getBeanType();
			if (type != null && advice.isApplicableToBeanType(consumerType) && !methodsOf(type).isEmpty()) {
				this.sources.add(adviceSource(advice, type, factory, connected));
			}
		}
	}

	private static Source adviceSource(ControllerAdviceBean advice, Class<?> type, HandlerFactory factory,
			boolean connected) {
		Source source = new Source(type, advice::resolveBean);
		for (Method method : methodsOf(type)) {
			try {
				source.handlers.put(method, factory.create(HandlerKind.EXCEPTION, method, type, connected));
			}
			catch (ChannelsConfigurationException ex) {
				// an advice may be there for STOMP as well
				logger.info("Not used for consumers: " + ex.getMessage());
			}
		}
		return source;
	}

	private static Set<Method> methodsOf(Class<?> type) {
		return MethodIntrospector
			.selectMethods(ClassUtils.getUserClass(type),
					(MethodIntrospector.MetadataLookup<@Nullable MessageExceptionHandler>) (
							method) -> AnnotatedElementUtils.findMergedAnnotation(method,
									MessageExceptionHandler.class))
			.keySet();
	}

	/**
	 * Return the handlers of the consumer itself.
	 */
	Collection<Handler> own() {
		return this.sources.get(0).handlers.values();
	}

	/**
	 * Find the handler of an exception or of its cause.
	 * @return the handler and whom to call it on, or {@code null} if there is none
	 */
	@Nullable Found find(Throwable failure, Object consumer) {
		for (Source source : this.sources) {
			Method method = source.resolver.resolveMethod(failure);
			Handler handler = (method != null) ? source.handlers.get(method) : null;
			if (handler != null) {
				return new Found(handler, (source.advice != null) ? source.advice.get() : consumer);
			}
		}
		return null;
	}

	/**
	 * A handler and whom to call it on.
	 */
	record Found(Handler handler, Object target) {

	}

	private static final class Source {

		private final AnnotationExceptionHandlerMethodResolver resolver;

		private final Map<Method, Handler> handlers = new HashMap<>();

		private final @Nullable Supplier<Object> advice;

		Source(Class<?> type, @Nullable Supplier<Object> advice) {
			this.resolver = new AnnotationExceptionHandlerMethodResolver(ClassUtils.getUserClass(type));
			this.advice = advice;
		}

	}

}
