package dev.channels.consumer;

import dev.channels.Consumer;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * Makes consumers that come from {@code @Bean} methods prototypes, unless the method says
 * another scope: as a singleton, which is what Spring makes of them, one client's fields
 * would be the next one's.
 *
 * @since 0.1.0
 */
public final class ConsumerScopes implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
			if (!StringUtils.hasLength(definition.getScope()) && !definition.isAbstract()
					&& beanFactory.findAnnotationOnBean(beanName, Consumer.class, false) != null) {
				definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			}
		}
	}

}
