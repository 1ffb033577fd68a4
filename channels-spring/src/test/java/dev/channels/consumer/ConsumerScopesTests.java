package dev.channels.consumer;

import dev.channels.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.aot.AotDetector;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.SpringProperties;
import org.springframework.stereotype.Component;

import static dev.channels.consumer.ConfigurationErrors.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ConsumerScopes}, and of scopes that consumers cannot have.
 */
class ConsumerScopesTests {

	private TestContext test;

	@AfterEach
	void close() {
		this.test.close();
	}

	@Test
	void aBeanMethodMakesAPrototype() {
		start(Beans.class);
		assertThat(this.test.context.isPrototype("plain")).isTrue();
	}

	@Test
	void aBeanMethodMayAskForASingleton() {
		start(Beans.class);
		assertThat(this.test.context.isSingleton("shared")).isTrue();
	}

	@Test
	void otherBeansStayAsTheyAre() {
		start(Beans.class);
		assertThat(this.test.context.isSingleton("text")).isTrue();
	}

	@Test
	void aClassIsAPrototypeUnlessItAsksForASingleton() {
		this.test = new TestContext();
		this.test.context.registerBean("plain", Plain.class);
		this.test.context.registerBean("shared", Shared.class);
		this.test.context.registerBean("supplied", Supplied.class, Supplied::new);
		this.test.context.refresh();
		assertThat(this.test.context.isPrototype("plain")).isTrue();
		assertThat(this.test.context.isSingleton("shared")).isTrue();
		assertThat(this.test.context.isPrototype("supplied")).isTrue();
	}

	@Test
	void aDefinitionWithoutAScopeIsAPrototype() {
		this.test = new TestContext();
		this.test.context.registerBeanDefinition("plain", new RootBeanDefinition(Plain.class));
		this.test.context.refresh();
		assertThat(this.test.context.isPrototype("plain")).isTrue();
	}

	@Test
	void aDefinitionWithoutAScopeIsWhatItsClassSays() {
		this.test = new TestContext();
		this.test.context.registerBeanDefinition("shared", new RootBeanDefinition(Shared.class));
		this.test.context.refresh();
		assertThat(this.test.context.isSingleton("shared")).isTrue();
	}

	/**
	 * What is generated ahead of time says "prototype" and never "singleton".
	 */
	@Test
	void generatedDefinitionsStayAsTheyAre() {
		this.test = new TestContext();
		RootBeanDefinition supplied = new RootBeanDefinition(Supplied.class);
		supplied.setInstanceSupplier(Supplied::new);
		this.test.context.registerBeanDefinition("supplied", supplied);
		SpringProperties.setProperty(AotDetector.AOT_ENABLED, "true");
		try {
			this.test.context.refresh();
		}
		finally {
			SpringProperties.setProperty(AotDetector.AOT_ENABLED, null);
		}
		assertThat(this.test.context.isSingleton("supplied")).isTrue();
	}

	@Test
	void aComponentThatInheritsTheAnnotationIsAPrototype() {
		this.test = new TestContext();
		this.test.context.registerBean("heir", Heir.class);
		ConsumerRegistry registry = this.test.registry();
		assertThat(this.test.require(registry, "plain").shared()).isFalse();
	}

	@Test
	void anHeirMayAskForASingleton() {
		this.test = new TestContext(SharedHeir.class);
		ConsumerRegistry registry = this.test.registry();
		assertThat(this.test.require(registry, "plain").shared()).isTrue();
	}

	@Test
	void aScopedProxyIsRefused() {
		this.test = new TestContext();
		this.test.context.register(Scoped.class);
		assertRefused(this.test::registry, "Consumer bean 'consumerScopesTests.Scoped' has a scoped proxy",
				"Remove the proxyMode of its @Scope: each connection has an instance of its own.");
	}

	private void start(Class<?>... classes) {
		this.test = new TestContext(classes);
		this.test.context.refresh();
	}

	@Consumer("plain")
	static class Plain {

	}

	@Component
	static class Heir extends Plain {

	}

	@Component
	@Scope("singleton")
	static class SharedHeir extends Plain {

	}

	@Consumer("supplied")
	static class Supplied {

	}

	@Consumer("shared")
	@Scope("singleton")
	static class Shared {

	}

	@Consumer("scoped")
	@Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Scoped {

	}

	@Configuration(proxyBeanMethods = false)
	static class Beans {

		@Bean
		Plain plain() {
			return new Plain();
		}

		@Bean
		@Scope("singleton")
		Supplied shared() {
			return new Supplied();
		}

		@Bean
		String text() {
			return "text";
		}

	}

}
