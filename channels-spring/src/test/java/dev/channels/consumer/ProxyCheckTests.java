package dev.channels.consumer;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.connection.ClientMessage;
import dev.channels.connection.ConnectionHandler;
import dev.channels.consumer.other.OtherPackageBase;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link ProxyCheck}, and of calls through proxies.
 */
class ProxyCheckTests {

	private static final String PROXIED = " cannot be called: its consumer is proxied (for instance because of "
			+ "@Transactional, @Validated or @PreAuthorize), and ";

	private final TestContext test = new TestContext(Visible.class, Private.class, Final.class,
			InheritedFromOtherPackage.class, PrivateExceptions.class, FinalClass.class, Declared.class,
			Undeclared.class);

	private final FakeConnection connection = new FakeConnection();

	private final Proxies proxies = new Proxies();

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void handlersThatAClassProxyPassesOnAreCalledOnTheTarget() throws Exception {
		ConnectionHandler handler = proxied(true).serve("visible", this.connection);
		this.proxies.calls.clear();
		handler.connect();
		handler.receive(ClientMessage.text("hello"));
		handler.failure(new IllegalStateException("broken"));
		assertThat(this.connection.sent()).containsExactly("connected field", "received field", "handled field");
		assertThat(this.proxies.calls).containsExactly("connect", "receive", "handle");
	}

	@Test
	void theTargetOfAProxyIsDestroyed() {
		Visible.closed = 0;
		proxied(true).serve("visible", this.connection).destroy();
		// one was created to see whether it can be
		assertThat(Visible.closed).isEqualTo(2);
		assertThat(this.proxies.destroyed).hasSize(2).noneMatch(AopUtils::isAopProxy);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			private   | Private.receive           | the method is private
			final     | Final.receive             | the method is final
			exception | PrivateExceptions.handle  | the method is private
			""")
	void refusesHandlersThatAClassProxyDoesNotPassOn(String consumer, String handler, String problem) {
		String annotation = consumer.equals("exception") ? "@MessageExceptionHandler" : "@OnReceive";
		assertRefused(() -> proxied(true).serve(consumer, this.connection),
				annotation + " handler " + ProxyCheckTests.class.getName() + "$" + handler + PROXIED + problem,
				"Make the method protected or public, and not final.");
	}

	@Test
	void refusesAPackagePrivateHandlerOfAnotherPackageBehindAClassProxy() {
		assertRefused(() -> proxied(true).serve("inherited", this.connection),
				"@OnEvent handler " + OtherPackageBase.class.getName() + ".packagePrivate" + PROXIED
						+ "the method is package-private and inherited from another package",
				"Make the method protected or public, and not final.");
	}

	@Test
	void aConsumerThatIsNotProxiedMayHaveAnyHandler() {
		for (String consumer : List.of("private", "final", "inherited", "exception", "undeclared")) {
			assertThatCode(() -> this.test.serve(consumer, this.connection)).as(consumer).doesNotThrowAnyException();
		}
	}

	@Test
	void aFinalClassThatNeedsAProxyCannotBeCreated() {
		assertRefused(() -> proxied(true).serve("final-class", this.connection),
				"Consumer 'final-class' (" + FinalClass.class.getName()
						+ ") cannot be created: Cannot subclass final class " + FinalClass.class.getName(),
				"Make its constructor's dependencies available, and its class one that can be proxied.");
	}

	@Test
	void handlersThatAnInterfaceDeclaresAreCalledThroughItsProxy() throws Exception {
		ConnectionHandler handler = proxied(false).serve("declared", this.connection);
		assertThat(this.proxies.last).satisfies((proxy) -> assertThat(AopUtils.isJdkDynamicProxy(proxy)).isTrue());
		this.proxies.calls.clear();
		handler.connect();
		handler.receive(ClientMessage.text("hello"));
		assertThat(this.connection.sent()).containsExactly("default", "declared field");
		assertThat(this.proxies.calls).containsExactly("connect", "receive");
	}

	@Test
	void refusesHandlersThatNoInterfaceDeclaresBehindItsProxy() {
		assertRefused(() -> proxied(false).serve("undeclared", this.connection),
				"@OnEvent handler " + Undeclared.class.getName() + ".event" + PROXIED
						+ "the proxy has interfaces only, which do not declare the method",
				"Set spring.aop.proxy-target-class=true, or declare the method in an interface of the consumer.");
	}

	private TestContext proxied(boolean targetClass) {
		this.proxies.targetClass = targetClass;
		this.test.context.registerBean(Proxies.class, () -> this.proxies);
		return this.test;
	}

	/**
	 * Proxies each consumer, as advice for {@code @Transactional} does.
	 */
	static final class Proxies implements DestructionAwareBeanPostProcessor {

		private final List<String> calls = new CopyOnWriteArrayList<>();

		private final List<Object> destroyed = new CopyOnWriteArrayList<>();

		private boolean targetClass;

		private Object last;

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (!bean.getClass().isAnnotationPresent(Consumer.class)) {
				return bean;
			}
			ProxyFactory factory = new ProxyFactory(bean);
			factory.setProxyTargetClass(this.targetClass);
			factory.addAdvice((MethodInterceptor) (invocation) -> {
				this.calls.add(invocation.getMethod().getName());
				return invocation.proceed();
			});
			this.last = factory.getProxy(bean.getClass().getClassLoader());
			return this.last;
		}

		@Override
		public void postProcessBeforeDestruction(Object bean, String beanName) {
			if (beanName.endsWith("Visible")) {
				this.destroyed.add(bean);
			}
		}

	}

	@Consumer("visible")
	static class Visible implements AutoCloseable {

		static int closed;

		private final String field = String.valueOf("field");

		@OnConnect
		String connect() {
			return "connected " + this.field;
		}

		@OnReceive
		protected String receive() {
			return "received " + this.field;
		}

		@MessageExceptionHandler
		public String handle(IllegalStateException ex) {
			return "handled " + this.field;
		}

		@Override
		public void close() {
			closed++;
		}

	}

	@Consumer("private")
	static class Private {

		@OnReceive
		private void receive() {
		}

	}

	@Consumer("final")
	static class Final {

		@OnReceive
		public final void receive() {
		}

	}

	@Consumer("inherited")
	static class InheritedFromOtherPackage extends OtherPackageBase {

	}

	@Consumer("exception")
	static class PrivateExceptions {

		@MessageExceptionHandler
		private void handle(IllegalStateException ex) {
		}

	}

	@Consumer("final-class")
	static final class FinalClass {

		@OnReceive
		public void receive() {
		}

	}

	interface Receiver {

		@OnConnect
		default String connect() {
			return "default";
		}

		String receive(String text);

	}

	@Consumer("declared")
	static class Declared implements Receiver {

		private final String field = String.valueOf("field");

		@Override
		@OnReceive
		public String receive(String text) {
			return "declared " + this.field;
		}

	}

	@Consumer("undeclared")
	static class Undeclared implements Receiver {

		@Override
		public String receive(String text) {
			return text;
		}

		@OnEvent("event")
		public void event() {
		}

	}

}
