package dev.channels.consumer;

import dev.channels.Consumer;
import dev.channels.connection.ConnectionHandler;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Scope;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.web.bind.annotation.ControllerAdvice;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ExceptionHandlers} with advices behind proxies.
 */
class ProxiedAdviceTests {

	private static final String PROXIED = " cannot be called: its @ControllerAdvice is proxied (for instance because of "
			+ "@Transactional, @Validated or @PreAuthorize), and ";

	private final FakeConnection connection = new FakeConnection();

	private TestContext test;

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void handlersThatAnInterfaceDeclaresAreCalledThroughItsProxy() throws Exception {
		ConnectionHandler handler = serve(false, Declared.class);
		handler.failure(new IllegalStateException("broken"));
		assertThat(this.connection.sent()).containsExactly("handled field");
	}

	@Test
	void refusesHandlersThatNoInterfaceDeclaresBehindItsProxy() {
		assertRefused(() -> serve(false, Undeclared.class),
				"@MessageExceptionHandler handler " + Undeclared.class.getName() + ".other" + PROXIED
						+ "the proxy has interfaces only, which do not declare the method",
				"Set spring.aop.proxy-target-class=true, or declare the method in an interface of the "
						+ "@ControllerAdvice.");
	}

	@Test
	void handlersThatAClassProxyPassesOnAreCalledOnTheTarget() throws Exception {
		ConnectionHandler handler = serve(true, Undeclared.class);
		handler.failure(new IllegalStateException("broken"));
		assertThat(this.connection.sent()).containsExactly("other field");
	}

	@Test
	void refusesHandlersThatAClassProxyDoesNotPassOn() {
		assertRefused(() -> serve(true, Final.class), "@MessageExceptionHandler handler " + Final.class.getName()
				+ ".handle" + PROXIED + "the method is final", "Make the method protected or public, and not final.");
	}

	@Test
	void refusesAnAdviceThatCannotBeCreated() {
		assertRefused(() -> serve(false, Broken.class),
				"@ControllerAdvice 'proxiedAdviceTests.Broken' (" + Broken.class.getName()
						+ ") cannot be created: out of order",
				"Make its constructor's dependencies available, and its scope \"singleton\".");
	}

	private ConnectionHandler serve(boolean targetClass, Class<?> advice) {
		this.test = new TestContext(Plain.class, advice);
		this.test.context.registerBean(BeanPostProcessor.class, () -> new Proxies(targetClass));
		return this.test.serve("plain", this.connection);
	}

	/**
	 * Proxies each advice, as advice for {@code @Transactional} does.
	 */
	record Proxies(boolean targetClass) implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (!bean.getClass().isAnnotationPresent(ControllerAdvice.class)) {
				return bean;
			}
			ProxyFactory factory = new ProxyFactory(bean);
			factory.setProxyTargetClass(this.targetClass);
			factory.addAdvice((MethodInterceptor) MethodInvocation::proceed);
			return factory.getProxy(bean.getClass().getClassLoader());
		}

	}

	@Consumer("plain")
	static class Plain {

	}

	interface Handling {

		String handle(IllegalStateException ex);

	}

	@ControllerAdvice
	static class Declared implements Handling {

		private final String field = String.valueOf("field");

		@Override
		@MessageExceptionHandler
		public String handle(IllegalStateException ex) {
			return "handled " + this.field;
		}

	}

	@ControllerAdvice
	static class Undeclared implements Handling {

		private final String field = String.valueOf("field");

		@Override
		public String handle(IllegalStateException ex) {
			return "handled " + this.field;
		}

		@MessageExceptionHandler
		String other(IllegalStateException ex) {
			return "other " + this.field;
		}

	}

	@ControllerAdvice
	static class Final {

		@MessageExceptionHandler
		public final void handle(IllegalStateException ex) {
		}

	}

	@ControllerAdvice
	@Scope("prototype")
	static class Broken {

		Broken() {
			throw new IllegalStateException("out of order");
		}

		@MessageExceptionHandler
		void handle(IllegalStateException ex) {
		}

	}

}
