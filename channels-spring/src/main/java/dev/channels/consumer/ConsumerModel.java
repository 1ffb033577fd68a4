package dev.channels.consumer;

import java.util.concurrent.Executor;

import dev.channels.layer.DropCounter;

/**
 * All that the instances of one consumer share.
 *
 * @param definition the consumer
 * @param methods its handlers
 * @param exceptions the handlers of their exceptions
 * @param registry creates and destroys instances
 * @param reader reads clients' messages
 * @param results decides about results whose type does not tell
 * @param executor runs code of the application
 * @param drops where to count events without a handler
 * @param refusals decides about failures that are no errors
 */
record ConsumerModel(ConsumerDefinition definition, HandlerMethods methods, ExceptionHandlers exceptions,
		ConsumerRegistry registry, MessageReader reader, ResultTypes results, Executor executor, DropCounter drops,
		Refusals refusals) {

	Object create() {
		return this.registry.create(this.definition);
	}

	void destroy(Object consumer) {
		this.registry.destroy(this.definition, consumer);
	}

	String name() {
		return this.definition.name();
	}

}
