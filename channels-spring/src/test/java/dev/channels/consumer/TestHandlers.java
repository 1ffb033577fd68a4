package dev.channels.consumer;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;

/**
 * Handlers without an application around them.
 */
final class TestHandlers {

	private TestHandlers() {
	}

	static HandlerFactory factory(HandlerMethodArgumentResolver... custom) {
		return factory(null, custom);
	}

	static HandlerFactory factory(Validator validator, HandlerMethodArgumentResolver... custom) {
		return new HandlerFactory(List.of(custom),
				NamedValueResolver.all(new DefaultFormattingConversionService(), null),
				new MessageReader(TestContext.MAPPER), new PayloadValidator(validator),
				new ReservedProperties(TestContext.MAPPER), new ResultTypes(TestContext.MAPPER),
				new KotlinFunctions(Runnable::run, TestHandlers.class.getClassLoader()));
	}

	static HandlerMethods connected(Class<?> type) {
		return new HandlerMethods(type, factory(), true);
	}

	static HandlerMethods working(Class<?> type) {
		return new HandlerMethods(type, factory(), false);
	}

	/**
	 * Return the method of this name, of which there is only one.
	 */
	static Method method(Class<?> type, String name) {
		return Arrays.stream(type.getDeclaredMethods())
			.filter((method) -> method.getName().equals(name) && !method.isBridge())
			.findFirst()
			.orElseThrow();
	}

}
