package dev.channels.consumer;

import dev.channels.Consumer;
import dev.channels.consumer.other.Scanned;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.support.SimpleThreadScope;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * Tests of {@link ConsumerRegistry}.
 */
class ConsumerRegistryTests {

	private TestContext test;

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void findsConsumersByTheirNameAndNotByThatOfTheirBean() {
		ConsumerRegistry registry = registry(Chat.class, Beans.class);
		ConsumerDefinition chat = this.test.require(registry, "chat");
		assertThat(chat.type()).isEqualTo(Chat.class);
		assertThat(chat.name()).isEqualTo("chat");
		assertThat(chat.shared()).isFalse();
		ConsumerDefinition bean = this.test.require(registry, "from-bean-method");
		assertThat(bean.type()).isEqualTo(FromBeanMethod.class);
		assertThat(bean.beanName()).isEqualTo("chat");
		assertThat(bean.shared()).isFalse();
	}

	@Test
	void findsConsumersByScan() {
		this.test = new TestContext();
		this.test.context.scan(Scanned.class.getPackageName());
		ConsumerDefinition scanned = this.test.require(this.test.registry(), "scanned");
		assertThat(scanned.type()).isEqualTo(Scanned.class);
		assertThat(scanned.shared()).isFalse();
	}

	@Test
	void createsAnInstanceEachTime() {
		ConsumerRegistry registry = registry(Chat.class);
		ConsumerDefinition chat = this.test.require(registry, "chat");
		Chat first = (Chat) registry.create(chat);
		Chat second = (Chat) registry.create(chat);
		assertThat(first).isNotSameAs(second);
		registry.destroy(chat, first);
		assertThat(first.closed).isTrue();
		assertThat(second.closed).isFalse();
	}

	@Test
	void sharesASingletonAndNeverDestroysIt() {
		ConsumerRegistry registry = registry(Shared.class);
		ConsumerDefinition shared = this.test.require(registry, "shared");
		Shared instance = (Shared) registry.create(shared);
		assertThat(shared.shared()).isTrue();
		assertThat(registry.create(shared)).isSameAs(instance);
		registry.destroy(shared, instance);
		assertThat(instance.closed).isFalse();
	}

	@Test
	void suggestsTheNameThatWasMeant() {
		ConsumerRegistry registry = registry(Chat.class, Shared.class);
		assertRefused(() -> this.test.require(registry, "shard"),
				"channels.routes[0].consumer: no consumer named 'shard'; did you mean 'shared'?",
				"Known consumers are [chat, shared].");
		assertRefused(() -> this.test.require(registry, "something-else"),
				"channels.routes[0].consumer: no consumer named 'something-else'",
				"Known consumers are [chat, shared].");
	}

	@Test
	void doesNotTakeTheNameOfABeanForThatOfAConsumer() {
		ConsumerRegistry registry = registry(Beans.class);
		assertRefused(() -> this.test.require(registry, "chat"),
				"channels.routes[0].consumer: no consumer named 'chat'", "Known consumers are [from-bean-method].");
	}

	@Test
	void refusesAnUnknownLayer() {
		ConsumerRegistry registry = registry(OnOtherLayer.class);
		assertRefused(() -> this.test.require(registry, "other"),
				"Consumer 'other' is on the channel layer 'defualt', which is not configured; "
						+ "did you mean 'default'?",
				"Configure channels.layers.defualt.backend, or change the layer of its @Consumer annotation.");
	}

	@Test
	void refusesAConsumerWithoutAName() {
		assertRefused(() -> registry(Nameless.class),
				"Consumer dev.channels.consumer.ConsumerRegistryTests$Nameless has no name",
				"Write @Consumer(\"a-name\"): routes refer to it by that name.");
	}

	@Test
	void refusesTwoConsumersOfOneName() {
		assertRefused(() -> registry(Chat.class, OtherChat.class),
				"Two consumers are named 'chat': dev.channels.consumer.ConsumerRegistryTests$Chat and "
						+ "dev.channels.consumer.ConsumerRegistryTests$OtherChat",
				"Give one of them another name in its @Consumer annotation.");
	}

	@Test
	void refusesOtherScopes() {
		this.test = new TestContext();
		registerScope(this.test.context);
		this.test.context.registerBean("mine", ThreadScoped.class);
		assertRefused(this.test::registry, "Consumer bean 'mine' has the scope 'thread'",
				"Remove the scope, to have one instance for each connection, or make it \"singleton\".");
	}

	@Test
	void ignoresAbstractDefinitions() {
		this.test = new TestContext(Chat.class);
		RootBeanDefinition template = new RootBeanDefinition(Shared.class);
		template.setAbstract(true);
		this.test.context.registerBeanDefinition("template", template);
		ConsumerRegistry registry = this.test.registry();
		assertRefused(() -> this.test.require(registry, "shared"),
				"channels.routes[0].consumer: no consumer named 'shared'", "Known consumers are [chat].");
	}

	@Test
	void createsNoInstanceToFindAConsumer() {
		assertThatCode(() -> registry(Broken.class)).doesNotThrowAnyException();
	}

	private ConsumerRegistry registry(Class<?>... classes) {
		this.test = new TestContext(classes);
		return this.test.registry();
	}

	private static void registerScope(AnnotationConfigApplicationContext context) {
		context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
	}

	@Consumer("chat")
	static class Chat implements AutoCloseable {

		private boolean closed;

		@Override
		public void close() {
			this.closed = true;
		}

	}

	@Consumer(name = "chat")
	static class OtherChat {

	}

	@Consumer("shared")
	@Scope(BeanDefinition.SCOPE_SINGLETON)
	static class Shared implements AutoCloseable {

		private boolean closed;

		@Override
		public void close() {
			this.closed = true;
		}

	}

	@Consumer(name = "other", layer = "defualt")
	static class OnOtherLayer {

	}

	@Consumer
	static class Nameless {

	}

	@Consumer("thread-scoped")
	@Scope("thread")
	static class ThreadScoped {

	}

	@Consumer("broken")
	static class Broken {

		Broken() {
			throw new IllegalStateException("created");
		}

	}

	@Consumer("from-bean-method")
	static class FromBeanMethod {

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		FromBeanMethod chat() {
			return new FromBeanMethod();
		}

	}

}
