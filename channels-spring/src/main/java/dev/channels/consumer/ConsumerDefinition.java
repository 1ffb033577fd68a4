package dev.channels.consumer;

import dev.channels.Consumer;

/**
 * A consumer of the application.
 *
 * @param name the name that routes use
 * @param beanName the name of its bean
 * @param type the class that the application wrote, without a proxy
 * @param annotation its annotation
 * @param shared whether one instance serves all
 * @since 0.1.0
 */
public record ConsumerDefinition(String name, String beanName, Class<?> type, Consumer annotation, boolean shared) {

}
