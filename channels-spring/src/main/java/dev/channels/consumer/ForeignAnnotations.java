package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import dev.channels.ChannelsConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationListener;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.util.ClassUtils;

/**
 * Finds annotations on consumers that Spring honours elsewhere and that would mean
 * something else here, or nothing.
 */
final class ForeignAnnotations {

	/**
	 * What binds a method to a source of calls when an instance is made, or makes an
	 * instance for each call: by name, since the libraries may be absent. Meta-annotated
	 * ones ({@code @TransactionalEventListener}, {@code @GetMapping}) are found by these.
	 */
	private static final Set<String> LISTENERS = Set.of("io.awspring.cloud.sqs.annotation.SqsHandler",
			"io.awspring.cloud.sqs.annotation.SqsListener", "org.springframework.amqp.rabbit.annotation.RabbitHandler",
			"org.springframework.amqp.rabbit.annotation.RabbitListener",
			"org.springframework.amqp.rabbit.annotation.RabbitListeners",
			"org.springframework.context.event.EventListener",
			"org.springframework.data.redis.annotation.RedisListener",
			"org.springframework.data.redis.annotation.RedisListeners",
			"org.springframework.integration.annotation.InboundChannelAdapter",
			"org.springframework.integration.annotation.ServiceActivator",
			"org.springframework.jms.annotation.JmsListener", "org.springframework.jms.annotation.JmsListeners",
			"org.springframework.kafka.annotation.KafkaHandler", "org.springframework.kafka.annotation.KafkaListener",
			"org.springframework.kafka.annotation.KafkaListeners",
			"org.springframework.messaging.handler.annotation.MessageMapping",
			"org.springframework.messaging.simp.annotation.SubscribeMapping",
			"org.springframework.pulsar.annotation.PulsarListener",
			"org.springframework.pulsar.annotation.PulsarListeners",
			"org.springframework.pulsar.annotation.ReactivePulsarListener",
			"org.springframework.scheduling.annotation.Scheduled",
			"org.springframework.scheduling.annotation.Schedules",
			"org.springframework.web.bind.annotation.RequestMapping");

	/**
	 * What says something of a handler that nobody reads here, and what to write instead.
	 */
	private static final Map<String, String> UNREAD = Map.of("org.springframework.messaging.handler.annotation.SendTo",
			"Send it with Channels.group(..).send(..): what a handler returns is for its own client.",
			"org.springframework.messaging.simp.annotation.SendToUser",
			"Send it with Channels.user(..).send(..): what a handler returns is for its own client.",
			"org.springframework.web.bind.annotation.ExceptionHandler", "Write @MessageExceptionHandler.");

	private static final String ASYNC = "org.springframework.scheduling.annotation.Async";

	private ForeignAnnotations() {
	}

	/**
	 * Check a consumer.
	 * @throws ChannelsConfigurationException if one of its methods cannot work
	 */
	static void requireNone(ConsumerDefinition definition, HandlerMethods methods) {
		if (!definition.shared()) {
			requireNoListener(definition);
		}
		find(definition.type(), UNREAD.keySet()).forEach((method, annotation) -> {
			throw new ChannelsConfigurationException(
					"@" + shortName(annotation) + " at " + ClassUtils.getQualifiedMethodName(method)
							+ " means nothing in consumer '" + definition.name() + "'",
					UNREAD.getOrDefault(annotation.getType().getName(), "Remove it."));
		});
		methods.all().forEach(ForeignAnnotations::requireAwaited);
	}

	private static void requireNoListener(ConsumerDefinition definition) {
		find(definition.type(), LISTENERS).forEach((method, annotation) -> {
			throw boundToFreshInstance(definition,
					"@" + shortName(annotation) + " at " + ClassUtils.getQualifiedMethodName(method));
		});
		MergedAnnotation<?> ofClass = first(MergedAnnotations.from(definition.type(), SearchStrategy.TYPE_HIERARCHY),
				LISTENERS);
		if (ofClass != null) {
			throw boundToFreshInstance(definition, "@" + shortName(ofClass) + " at " + definition.type().getName());
		}
		if (ApplicationListener.class.isAssignableFrom(definition.type())) {
			throw boundToFreshInstance(definition, "the ApplicationListener " + definition.type().getName());
		}
	}

	private static ChannelsConfigurationException boundToFreshInstance(ConsumerDefinition definition, String what) {
		return new ChannelsConfigurationException(
				what + " would be called on a fresh instance of consumer '" + definition.name()
						+ "', which serves no client",
				"Move the method to a bean of its own and let that send to a group, or, if all clients are to "
						+ "share one instance, annotate the consumer @Scope(\"singleton\").");
	}

	/**
	 * What Spring runs on another thread runs beside the calls that follow, unless it is
	 * awaited.
	 */
	private static void requireAwaited(Handler handler) {
		Method method = handler.method();
		boolean async = first(MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY), Set.of(ASYNC)) != null
				|| first(MergedAnnotations.from(method.getDeclaringClass(), SearchStrategy.TYPE_HIERARCHY),
						Set.of(ASYNC)) != null;
		if (async && handler.result().kind() != ResultType.Kind.STAGE) {
			throw new ChannelsConfigurationException(handler + " is @Async: calls for one client would overlap",
					"Remove @Async, handlers run on threads of their own; or return a CompletableFuture, which is "
							+ "awaited.");
		}
	}

	private static Map<Method, MergedAnnotation<?>> find(Class<?> type, Set<String> names) {
		Map<Method, MergedAnnotation<?>> result = new TreeMap<>(Comparator.comparing(Method::toGenericString));
		result.putAll(MethodIntrospector.selectMethods(type,
				(MethodIntrospector.MetadataLookup<@Nullable MergedAnnotation<?>>) (method) -> first(
						MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY), names)));
		return result;
	}

	private static @Nullable MergedAnnotation<?> first(MergedAnnotations annotations, Set<String> names) {
		for (MergedAnnotation<Annotation> annotation : annotations) {
			if (names.contains(annotation.getType().getName())) {
				return annotation;
			}
		}
		return null;
	}

	/**
	 * What the application has written, of which the one that we know may be a part.
	 */
	private static String shortName(MergedAnnotation<?> annotation) {
		return annotation.getRoot().getType().getSimpleName();
	}

}
