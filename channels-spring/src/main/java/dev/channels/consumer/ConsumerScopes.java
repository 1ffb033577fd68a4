package dev.channels.consumer;

import dev.channels.Consumer;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.annotation.Scope;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringUtils;

/**
 * Makes consumers prototypes that come from {@code @Bean} methods or inherit the
 * annotation, unless they say another scope: as singletons, which is what Spring makes of
 * them, one client's fields would be the next one's.
 *
 * @since 0.1.0
 */
public final class ConsumerScopes implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		if (AotDetector.useGeneratedArtifacts()) {
			// it was done when they were generated, and a singleton says no scope there
			return;
		}
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
			if (!saysScope(definition) && !definition.isAbstract()
					&& beanFactory.findAnnotationOnBean(beanName, Consumer.class, false) != null
					&& !isSingleton(beanFactory, beanName)) {
				definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			}
		}
	}

	/**
	 * Whether the class itself says so, nearer than {@link Consumer} says the opposite.
	 */
	private static boolean isSingleton(ConfigurableListableBeanFactory beanFactory, String beanName) {
		Class<?> type = beanFactory.getType(beanName, false);
		Scope scope = (type != null) ? AnnotatedElementUtils.findMergedAnnotation(type, Scope.class) : null;
		return scope != null && scope.scopeName().equals(BeanDefinition.SCOPE_SINGLETON);
	}

	private static boolean saysScope(BeanDefinition definition) {
		if (definition instanceof AnnotatedBeanDefinition annotated && annotated.getFactoryMethodMetadata() == null
				&& definition.isSingleton()) {
			// of a class without @Scope Spring says that it is a singleton
			return annotated.getMetadata().isAnnotated(Scope.class.getName());
		}
		return StringUtils.hasLength(definition.getScope());
	}

}
