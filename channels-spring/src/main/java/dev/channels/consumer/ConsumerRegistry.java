package dev.channels.consumer;

import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;

import dev.channels.ChannelsConfigurationException;
import dev.channels.Consumer;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DidYouMean;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * The consumers of an application, by name.
 *
 * @since 0.1.0
 */
public final class ConsumerRegistry {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Map<String, ConsumerDefinition> consumers = new TreeMap<>();

	/**
	 * Find the consumers.
	 * @param beanFactory the application's beans
	 * @throws ChannelsConfigurationException if two have the same name, one has none or
	 * an unsupported scope
	 */
	public ConsumerRegistry(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		for (String beanName : beanFactory.getBeanNamesForAnnotation(Consumer.class)) {
			Consumer annotation = beanFactory.findAnnotationOnBean(beanName, Consumer.class, false);
			Class<?> type = AutoProxyUtils.determineTargetClass(beanFactory, beanName);
			if (annotation != null && type != null) {
				requireNoScopedProxy(beanName);
				boolean shared = isShared(beanName);
				add(new ConsumerDefinition(annotation.name(), beanName, userClass(type, beanName, shared), annotation,
						shared));
			}
		}
	}

	/**
	 * Return the class that the application wrote, which the class of a proxy may hide.
	 */
	private Class<?> userClass(Class<?> type, String beanName, boolean shared) {
		boolean hidden = shared && Proxy.isProxyClass(type);
		return ClassUtils
			.getUserClass(hidden ? AopProxyUtils.ultimateTargetClass(this.beanFactory.getBean(beanName)) : type);
	}

	/**
	 * Behind a scoped proxy each call would be for another instance, or for none.
	 */
	private static void requireNoScopedProxy(String beanName) {
		if (ScopedProxyUtils.isScopedTarget(beanName)) {
			throw new ChannelsConfigurationException(
					"Consumer bean '" + ScopedProxyUtils.getOriginalBeanName(beanName) + "' has a scoped proxy",
					"Remove the proxyMode of its @Scope: each connection has an instance of its own.");
		}
	}

	private boolean isShared(String beanName) {
		BeanDefinition definition = this.beanFactory.getMergedBeanDefinition(beanName);
		if (!definition.isSingleton() && !definition.isPrototype()) {
			throw new ChannelsConfigurationException(
					"Consumer bean '" + beanName + "' has the scope '" + definition.getScope() + "'",
					"Remove the scope, to have one instance for each connection, or make it \"singleton\".");
		}
		return definition.isSingleton();
	}

	private void add(ConsumerDefinition definition) {
		if (!StringUtils.hasText(definition.name())) {
			throw new ChannelsConfigurationException("Consumer " + definition.type().getName() + " has no name",
					"Write @Consumer(\"a-name\"): routes refer to it by that name.");
		}
		ConsumerDefinition other = this.consumers.putIfAbsent(definition.name(), definition);
		if (other != null) {
			throw new ChannelsConfigurationException(
					"Two consumers are named '" + definition.name() + "': " + other.type().getName() + " and "
							+ definition.type().getName(),
					"Give one of them another name in its @Consumer annotation.");
		}
	}

	/**
	 * Return the consumer of a route.
	 * @param name the name of the consumer
	 * @param location where the route is configured
	 * @param layers the layers that it can be on
	 * @return the consumer
	 * @throws ChannelsConfigurationException if there is none, or its layer does not
	 * exist
	 */
	public ConsumerDefinition require(String name, String location, ChannelLayers layers) {
		ConsumerDefinition definition = this.consumers.get(name);
		if (definition == null) {
			throw new ChannelsConfigurationException(
					location + ".consumer: no consumer named '" + name + "'"
							+ DidYouMean.suffix(name, this.consumers.keySet()),
					this.consumers.isEmpty()
							? "Annotate a class with @Consumer(\"" + name + "\") in a package that is scanned."
							: "Known consumers are " + this.consumers.keySet() + ".");
		}
		String layer = definition.annotation().layer();
		if (!layers.contains(layer)) {
			throw new ChannelsConfigurationException(
					"Consumer '" + name + "' is on the channel layer '" + layer + "', which is not configured"
							+ DidYouMean.suffix(layer, layers.aliases()),
					"Configure channels.layers." + layer
							+ ".backend, or change the layer of its @Consumer annotation.");
		}
		return definition;
	}

	/**
	 * Create an instance, or return the shared one.
	 */
	Object create(ConsumerDefinition definition) {
		return this.beanFactory.getBean(definition.beanName());
	}

	/**
	 * Destroy what {@link #create} returned, unless it is shared.
	 */
	void destroy(ConsumerDefinition definition, Object consumer) {
		if (definition.shared()) {
			return;
		}
		Object target = AopProxyUtils.getSingletonTarget(consumer);
		this.beanFactory.destroyBean(definition.beanName(), (target != null) ? target : consumer);
	}

	/**
	 * See whether others would call it, whether an instance can be created, and whether
	 * its proxy, if it has one, passes calls of the handlers on.
	 */
	void check(ConsumerDefinition definition, HandlerMethods methods, ExceptionHandlers exceptions) {
		ForeignAnnotations.requireNone(definition, methods);
		Object consumer;
		try {
			consumer = create(definition);
		}
		catch (BeansException ex) {
			throw new ChannelsConfigurationException(
					"Consumer '" + definition.name() + "' (" + definition.type().getName() + ") cannot be created: "
							+ reasonOf(ex.getMostSpecificCause()),
					"Make its constructor's dependencies available, and its class one that can be proxied.", ex);
		}
		try {
			methods.all().forEach((handler) -> ProxyCheck.requireReachable(handler, consumer, "consumer"));
			exceptions.own().forEach((handler) -> ProxyCheck.requireReachable(handler, consumer, "consumer"));
		}
		finally {
			destroy(definition, consumer);
		}
	}

	static String reasonOf(Throwable cause) {
		String message = cause.getMessage();
		return (message != null) ? message : cause.toString();
	}

}
