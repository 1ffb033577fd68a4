package dev.channels.consumers;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnReceive;
import dev.channels.consumer.ChannelsConfigurer;
import dev.channels.consumer.HandlerHeaders;
import dev.channels.consumers.other.PublicBase;
import dev.channels.test.RawClient;
import dev.channels.test.TestServer;
import jakarta.validation.constraints.Size;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.core.MethodParameter;
import org.springframework.messaging.Message;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.SimpleTransactionStatus;
import org.springframework.validation.annotation.Validated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Consumers as Spring beans: scopes, proxies, inheritance, resolvers of the application.
 */
@ExtendWith(OutputCaptureExtension.class)
class BeansIntegrationTests {

	private static TestServer server;

	@BeforeAll
	static void start() {
		server = TestServer
			.with(Config.class, Counting.class, Shared.class, Proxied.class, ValidatedConsumer.class, Heir.class,
					ChatService.class)
			.route("/ws/counting", "counting")
			.route("/ws/bean", "bean")
			.route("/ws/shared", "shared")
			.route("/ws/proxied", "proxied")
			.route("/ws/validated", "validated")
			.route("/ws/heir", "heir")
			.start();
	}

	@AfterAll
	static void stop() {
		server.close();
	}

	@Test
	void eachConnectionHasAnInstanceThatIsDestroyed() throws Exception {
		// one was created and destroyed to see whether it can be
		assertThat(Counting.created.get()).isEqualTo(1);
		assertThat(Counting.closed.get()).isEqualTo(1);
		try (RawClient first = RawClient.open(server, "/ws/counting");
				RawClient second = RawClient.open(server, "/ws/counting")) {
			assertThat(first.send("").readText()).isEqualTo("1");
			assertThat(first.send("").readText()).isEqualTo("2");
			assertThat(second.send("").readText()).isEqualTo("1");
			assertThat(Counting.created.get()).isEqualTo(3);
		}
		await().until(() -> Counting.closed.get() == 3);
	}

	@Test
	void consumerOfABeanMethodIsAPrototype() throws Exception {
		try (RawClient first = RawClient.open(server, "/ws/bean");
				RawClient second = RawClient.open(server, "/ws/bean")) {
			assertThat(first.send("").readText()).isEqualTo("1");
			assertThat(second.send("").readText()).isEqualTo("1");
		}
	}

	@Test
	void explicitSingletonIsShared() throws Exception {
		try (RawClient first = RawClient.open(server, "/ws/shared");
				RawClient second = RawClient.open(server, "/ws/shared")) {
			assertThat(first.send("").readText()).isEqualTo("1");
			assertThat(second.send("").readText()).isEqualTo("2");
		}
		await().until(() -> server.connections() == 0);
		assertThat(Shared.closed.get()).isZero();
	}

	@Test
	void proxiedConsumerRunsInItsTransactionAndIsClosed() throws Exception {
		int transactions = Config.transactions.size();
		try (RawClient client = RawClient.open(server, "/ws/proxied")) {
			assertThat(client.readText()).isEqualTo("connected by service");
			assertThat(client.send("a").readText()).isEqualTo("service a 1");
			assertThat(client.send("b").readText()).isEqualTo("service b 2");
		}
		await().until(() -> Proxied.closed.get() == 2);
		assertThat(Config.transactions.size() - transactions).isEqualTo(2);
	}

	@Test
	void violationsThatAProxyFindsCloseWithoutStackTrace(CapturedOutput output) throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/validated")) {
			assertThat(client.send("ok").readText()).isEqualTo("ok");
			assertThat(client.send("too long").readClose().closeCode()).isEqualTo(1008);
		}
		assertThat(output.getAll()).doesNotContain("ERROR").doesNotContain("too long");
	}

	@Test
	void inheritedHandlersAreFound() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/heir")) {
			assertThat(client.readText()).isEqualTo("base connect");
			assertThat(client.send("x").readText()).isEqualTo("heir x");
		}
	}

	@Test
	void resolversOfTheApplicationAreAsked() throws Exception {
		try (RawClient client = RawClient.open(server, "/ws/bean", "X-Tenant: blue")) {
			assertThat(client.readText()).isEqualTo("tenant blue");
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Config implements ChannelsConfigurer {

		static final Queue<String> transactions = new ConcurrentLinkedQueue<>();

		@Bean
		FromBeanMethod chat() {
			return new FromBeanMethod();
		}

		@Override
		public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
			resolvers.add(new HandlerMethodArgumentResolver() {
				@Override
				public boolean supportsParameter(MethodParameter parameter) {
					return parameter.getParameterType() == Tenant.class;
				}

				@Override
				public Object resolveArgument(MethodParameter parameter, Message<?> message) {
					return new Tenant(HandlerHeaders.connection(message).headers().getFirst("X-Tenant"));
				}
			});
		}

		@Bean
		PlatformTransactionManager transactionManager() {
			return new PlatformTransactionManager() {
				@Override
				public TransactionStatus getTransaction(TransactionDefinition definition) {
					return new SimpleTransactionStatus();
				}

				@Override
				public void commit(TransactionStatus status) {
					transactions.add("commit");
				}

				@Override
				public void rollback(TransactionStatus status) {
					transactions.add("rollback");
				}
			};
		}

	}

	record Tenant(String name) {

	}

	/**
	 * Has the name of a consumer as its bean name, which is not in the way.
	 */
	@Service("proxied")
	static class ChatService {

		String answer(String text) {
			return "service " + text;
		}

	}

	@Consumer("counting")
	static class Counting implements AutoCloseable {

		static final AtomicInteger created = new AtomicInteger();

		static final AtomicInteger closed = new AtomicInteger();

		private int count;

		Counting() {
			created.incrementAndGet();
		}

		@OnReceive
		String receive() {
			return "" + ++this.count;
		}

		@Override
		public void close() {
			closed.incrementAndGet();
		}

	}

	@Consumer("bean")
	static class FromBeanMethod {

		private int count;

		@OnConnect
		String connect(Tenant tenant) {
			return (tenant.name() != null) ? "tenant " + tenant.name() : null;
		}

		@OnReceive
		String receive() {
			return "" + ++this.count;
		}

	}

	@Consumer("shared")
	@Scope("singleton")
	static class Shared implements AutoCloseable {

		static final AtomicInteger closed = new AtomicInteger();

		private final AtomicInteger count = new AtomicInteger();

		@OnReceive
		String receive() {
			return "" + this.count.incrementAndGet();
		}

		@Override
		public void close() {
			closed.incrementAndGet();
		}

	}

	@Consumer("proxied")
	static class Proxied implements AutoCloseable {

		static final AtomicInteger closed = new AtomicInteger();

		private final ChatService service;

		private int count;

		Proxied(ChatService service) {
			this.service = service;
		}

		@OnConnect
		void connect(Connection connection) {
			connection.send("connected by service".replace("service", this.service.answer("").strip()));
		}

		@OnReceive
		@Transactional
		String receive(String text) {
			return this.service.answer(text) + " " + ++this.count;
		}

		@Override
		public void close() {
			closed.incrementAndGet();
		}

	}

	@Consumer("validated")
	@Validated
	static class ValidatedConsumer {

		@OnReceive
		String receive(@Size(max = 3) String text) {
			return text;
		}

	}

	@Consumer("heir")
	static class Heir extends PublicBase {

		@Override
		protected String answer(String text) {
			return "heir " + text;
		}

	}

}
