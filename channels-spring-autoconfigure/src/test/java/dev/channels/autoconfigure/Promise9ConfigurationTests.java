package dev.channels.autoconfigure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.channels.Channels;
import dev.channels.Connection;
import dev.channels.Consumer;
import dev.channels.OnConnect;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.RetryPolicy;
import dev.channels.SlowConsumerPolicy;
import dev.channels.connection.ConnectionExecutors;
import dev.channels.consumer.Consumers;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.LayerSettings;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.SmartValidator;
import org.springframework.validation.Validator;
import org.springframework.validation.beanvalidation.LocalValidatorFactoryBean;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.willAnswer;
import static org.mockito.Mockito.mock;

/**
 * Promise 9: configuration errors stop the start, with what is wrong, where, and what to
 * write instead.
 */
class Promise9ConfigurationTests {

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, WebMvcAutoConfiguration.class,
				DispatcherServletAutoConfiguration.class, ChannelsAutoConfiguration.class,
				ChannelsWebSocketAutoConfiguration.class))
		.withUserConfiguration(Chat.class, Job.class);

	@Test
	void routesAreRead() {
		this.runner
			.withPropertyValues("channels.routes[0].path=/ws/chat/{room:[\\w-]+}", "channels.routes[0].consumer=chat",
					"channels.routes[1].channel=jobs", "channels.routes[1].consumer=job",
					"channels.routes[1].concurrency=3", "channels.routes[1].retry.max-attempts=2")
			.run((context) -> {
				RouteTable routes = context.getBean(RouteTable.class);
				assertThat(routes.paths()).hasSize(1);
				assertThat(routes.paths().get(0).patterns()).containsExactly("/ws/chat/{room:[\\w-]+}",
						"/ws/chat/{room:[\\w-]+}/");
				assertThat(routes.workers().get(0).concurrency()).isEqualTo(3);
				assertThat(routes.workers().get(0).retry().maxAttempts()).isEqualTo(2);
				assertThat(routes.workers().get(0).retry().backoff()).isEqualTo(RetryPolicy.defaults().backoff());
				assertThat(context.getBean("channelsHandshakeMapping", WebSocketHandlerMapping.class).getUrlMap())
					.containsOnlyKeys("/ws/chat/{room:[\\w-]+}", "/ws/chat/{room:[\\w-]+}/");
			});
	}

	@Test
	void nestedRoutesInheritPathAndSettings() {
		this.runner
			.withPropertyValues("channels.connection.ping-interval=7s", "channels.routes[0].path=/ws/",
					"channels.routes[0].allowed-origins=https://a.example", "channels.routes[0].subprotocols=v1,v2",
					"channels.routes[0].connection.max-message-size=5KB",
					"channels.routes[0].connection.slow-consumer=drop-oldest",
					"channels.routes[0].routes[0].path=chat/{room}", "channels.routes[0].routes[0].consumer=chat",
					"channels.routes[0].routes[1].path=/other", "channels.routes[0].routes[1].consumer=job",
					"channels.routes[0].routes[1].allowed-origins=https://b.example",
					"channels.routes[0].routes[1].connection.max-message-size=6KB")
			.run((context) -> {
				PathRoute first = context.getBean(RouteTable.class).paths().get(0);
				assertThat(first.location()).isEqualTo("channels.routes[0].routes[0]");
				assertThat(first.path()).isEqualTo("/ws/chat/{room}");
				assertThat(first.allowedOrigins()).containsExactly("https://a.example");
				assertThat(first.subprotocols()).containsExactly("v1", "v2");
				assertThat(first.settings().maxMessageSize()).isEqualTo(DataSize.ofKilobytes(5));
				assertThat(first.settings().slowConsumer()).isEqualTo(SlowConsumerPolicy.DROP_OLDEST);
				assertThat(first.settings().pingInterval()).hasSeconds(7);
				PathRoute second = context.getBean(RouteTable.class).paths().get(1);
				assertThat(second.path()).isEqualTo("/ws/other");
				assertThat(second.allowedOrigins()).containsExactly("https://b.example");
				assertThat(second.settings().maxMessageSize()).isEqualTo(DataSize.ofKilobytes(6));
				assertThat(second.settings().slowConsumer()).isEqualTo(SlowConsumerPolicy.DROP_OLDEST);
			});
	}

	@Test
	void unknownConsumer() {
		assertFailure("channels.routes[0].consumer: no consumer named 'chta'; did you mean 'chat'?",
				"Known consumers are [chat, job].", "channels.routes[0].path=/ws", "channels.routes[0].consumer=chta");
	}

	@Test
	void noConsumerAtAll() {
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, ChannelsAutoConfiguration.class,
					ChannelsWebSocketAutoConfiguration.class))
			.withPropertyValues("channels.routes[0].path=/ws", "channels.routes[0].consumer=chat")
			.run((context) -> assertAnalysis(context, "channels.routes[0].consumer: no consumer named 'chat'",
					"Annotate a class with @Consumer(\"chat\") in a package that is scanned."));
	}

	@Test
	void consumerOfAWorkerIsCheckedToo() {
		assertFailure("channels.routes[0].consumer: no consumer named 'jb'; did you mean 'job'?",
				"Known consumers are [chat, job].", "channels.routes[0].channel=jobs",
				"channels.routes[0].consumer=jb");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					path=/a    | channel=b  | channels.routes[0]: a route has either a path or a channel, and this one has both
					consumer=x | concurrency=1 | channels.routes[0]: a route has either a path or a channel, and this one has neither
					path=/a    | concurrency=0 | channels.routes[0]: concurrency must be positive, not 0
					path=/a    | connection.pong-timeout=0s | channels.routes[0]: pong-timeout must be positive, not PT0S
					path=/a    | connection.max-message-size=0B | channels.routes[0]: max-message-size must be from 1 to 536870911 bytes, not 0B
					path=/a    | routes[0].path=/b | channels.routes[0]: a route with routes below it has no consumer or channel of its own
					path=/a    | concurrency=1 | channels.routes[0].concurrency: a setting of worker channels, and this route has a path
					path=/a    | retry.backoff=1s | channels.routes[0].retry: a setting of worker channels, and this route has a path
					channel=a  | allowed-origins=* | channels.routes[0].allowed-origins: a setting of connections, and this route has a channel
					channel=a  | subprotocols=v1 | channels.routes[0].subprotocols: a setting of connections, and this route has a channel
					channel=a  | connection.idle-timeout=1s | channels.routes[0].connection: a setting of connections, and this route has a channel
					channel=a b | concurrency=1 | channels.routes[0].channel: Channel name 'a b' is not legal: use 1 to 99 ASCII letters, digits, hyphens, underscores or periods, with at most one '!' in a connection's name
					channel=a!b | concurrency=1 | channels.routes[0].channel: 'a!b' has an exclamation mark, which only names of connections have
					path=/{a:(b)} | subprotocols=v1 | channels.routes[0].path: the variable {a:(b)} has a capture group, which Spring's path patterns do not support
					""")
	void badRoutes(String one, String two, String description) {
		assertFailure(description, null, "channels.routes[0]." + one, "channels.routes[0]." + two,
				"channels.routes[0].consumer=chat");
	}

	@Test
	void routeWithoutConsumer() {
		assertFailure("channels.routes[0].consumer: a route needs a consumer", "Write the name of a @Consumer.",
				"channels.routes[0].path=/ws");
	}

	@Test
	void captureGroupIsRewritten() {
		assertFailure(
				"channels.routes[0].path: the variable {room:(a|b)} has a capture group, which Spring's path patterns "
						+ "do not support",
				"Write a group that does not capture: {room:(?:a|b)}.", "channels.routes[0].path=/ws/{room:(a|b)}",
				"channels.routes[0].consumer=chat");
	}

	@Test
	void badPattern() {
		assertFailure(null, "Write a pattern such as /ws/chat/{room} or /ws/chat/{room:[\\w-]+}.",
				"channels.routes[0].path=/ws/{room", "channels.routes[0].consumer=chat");
	}

	@Test
	void twoRoutesForOnePath() {
		assertFailure("channels.routes[1].path: '/ws/{b}/' matches the same paths as '/ws/{a}' of channels.routes[0]",
				"Remove one of the two routes, or make their paths different.", "channels.routes[0].path=/ws/{a}",
				"channels.routes[0].consumer=chat", "channels.routes[1].path=/ws/{b}/",
				"channels.routes[1].consumer=chat");
	}

	@Test
	void twoRoutesForOneChannel() {
		assertFailure("channels.routes[1].channel: 'jobs' is routed by channels.routes[0] already",
				"Remove one of the two routes; for more workers raise its concurrency.",
				"channels.routes[0].channel=jobs", "channels.routes[0].consumer=job", "channels.routes[1].channel=jobs",
				"channels.routes[1].consumer=job");
	}

	@Test
	void unknownBackend() {
		assertFailure("channels.layers.default.backend: no backend named 'memroy'; did you mean 'memory'?",
				"Known backends are [memory].", "channels.layers.default.backend=memroy");
	}

	@Test
	void badLayerSettings() {
		assertFailure("channels.layers.default: capacity must be positive, not 0", "Change the value.",
				"channels.layers.default.capacity=0");
		assertFailure("channels.layers.default: the pattern of a channel-capacity must not be empty",
				"Change the value.", "channels.layers.default.channel-capacity[0].capacity=5");
	}

	@Test
	void misspelledPropertyStopsTheStart() {
		assertFailure("channels.routes[0].consumr: there is no such property; did you mean 'consumer'?",
				"Correct or remove it: \"channels.routes[0].consumr\" from property source \"test\".",
				"channels.routes[0].path=/ws", "channels.routes[0].consumr=chat");
	}

	@ParameterizedTest
	@CsvSource({ "encryption-keys=key", "encryption-keys[0]=key", "serializer=msgpack", "redis.prefix=chat",
			"redis.fail-fast=true", "serializer=json" })
	void settingsOfRedisWithoutTheBackend(String setting) {
		String name = setting.split("[=.\\[]")[0];
		assertFailure(
				"channels.layers.default." + name
						+ ": a setting of the backend 'redis', and this layer has no 'backend'",
				"Write channels.layers.default.backend=redis. If the layer is to be in memory here and on Redis "
						+ "elsewhere, write backend=memory.",
				"channels.layers.default." + setting);
		this.runner.withPropertyValues("channels.layers.default." + setting, "channels.layers.default.backend=memory")
			.run((context) -> assertThat(context).hasNotFailed());
		this.runner.withPropertyValues("channels.layers.jobQueue." + setting, "channels.layers.default.capacity=5")
			.run((context) -> assertAnalysis(context, "channels.layers.jobQueue." + name
					+ ": a setting of the backend 'redis', and this layer has no 'backend'", null));
	}

	@Test
	void aBackendOfOnesOwnHasProperties() {
		Map<String, String> given = new HashMap<>();
		this.runner.withBean(ChannelLayerFactory.class, () -> new OwnBackend(given))
			.withPropertyValues("channels.layers.default.backend=own",
					"channels.layers.default.properties.server.url=nats://a",
					"channels.layers.default.properties.size=3")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(given).containsOnly(Map.entry("server.url", "nats://a"), Map.entry("size", "3"));
			});
		this.runner.withBean(ChannelLayerFactory.class, () -> new OwnBackend(given))
			.withPropertyValues("channels.layers.default.backend=own", "channels.layers.default.encryption-keys=key")
			.run((context) -> assertAnalysis(context,
					"channels.layers.default.encryption-keys: a setting of the backend 'redis', and this layer has the "
							+ "backend 'own'",
					"Move what your backend needs to channels.layers.default.properties."));
	}

	@Test
	void backendsOfOursHaveNoProperties() {
		assertFailure(
				"channels.layers.default.properties: for backends of your own, and this layer has the backend 'memory'",
				"Write the name of your backend at channels.layers.default.backend, or remove them.",
				"channels.layers.default.backend=memory", "channels.layers.default.properties.a=1");
		assertFailure("channels.layers.default.properties: for backends of your own, and this layer has no 'backend'",
				null, "channels.layers.default.properties.a=1");
	}

	@Test
	void layersAreClosedWhenTheNextOneFailsAlsoIfOneOfThemCannotBe() {
		List<String> closed = new ArrayList<>();
		this.runner.withBean(ChannelLayerFactory.class, () -> new OwnBackend(new HashMap<>()) {

			@Override
			public ChannelLayer create(String alias, LayerSettings settings, Map<String, String> properties) {
				ChannelLayer layer = mock();
				willAnswer((call) -> {
					closed.add(alias);
					throw new IllegalStateException("stuck");
				}).given(layer).close();
				return layer;
			}

		})
			.withPropertyValues("channels.layers.a.backend=own", "channels.layers.b.backend=own",
					"channels.layers.c.backend=nobody")
			.run((context) -> assertThat(context).hasFailed());
		assertThat(closed).containsExactlyInAnyOrder("a", "b");
	}

	@Test
	void handlersOfAWorkerHaveNoConnection() {
		this.runner.withUserConfiguration(ConnectedWorker.class)
			.withPropertyValues("channels.routes[0].channel=jobs", "channels.routes[0].consumer=connected")
			.run((context) -> assertAnalysis(context,
					"@OnEvent handler dev.channels.autoconfigure.Promise9ConfigurationTests$ConnectedWorker.job: nobody can "
							+ "resolve parameter 1 'connection' of type Connection (parameter 0 'job' is the payload)",
					"A worker has no connection: use Event and one payload, or add an argument resolver in a "
							+ "ChannelsConfigurer bean."));
	}

	@Test
	void consumerThatCannotBeCreated() {
		this.runner.withUserConfiguration(Needy.class)
			.withPropertyValues("channels.routes[0].path=/ws", "channels.routes[0].consumer=needy")
			.run((context) -> assertAnalysis(context,
					"Consumer 'needy' (dev.channels.autoconfigure.Promise9ConfigurationTests$Needy) cannot be created: "
							+ "No qualifying bean of type 'java.lang.StringBuilder' available: expected at least 1 bean "
							+ "which qualifies as autowire candidate. Dependency annotations: {}",
					"Make its constructor's dependencies available, and its class one that can be proxied."));
	}

	@Test
	void groupTemplateWithUnknownVariable() {
		assertFailure(
				"Consumer 'chat' joins the group 'chat_{room}', but channels.routes[0].path '/ws/{rom}' has no variable "
						+ "'room'; did you mean 'rom'?",
				"Variables of this path are [rom].", "channels.routes[0].path=/ws/{rom}",
				"channels.routes[0].consumer=chat");
	}

	@Test
	void parameterWithUnknownPathVariable() {
		this.runner.withUserConfiguration(Room.class)
			.withPropertyValues("channels.routes[0].path=/ws/{rom}", "channels.routes[0].consumer=room")
			.run((context) -> assertAnalysis(context,
					"Consumer 'room' takes the path variable 'room' (@OnConnect handler " + Room.class.getName()
							+ ".connect, parameter 0 'room'), but channels.routes[0].path '/ws/{rom}' has no variable "
							+ "'room'; did you mean 'rom'?",
					"Variables of this path are [rom]. Add {room} to the path, or write @PathVariable(required = false) "
							+ "if only other paths have it."));
	}

	@Test
	void workerThatHandlesNoEvents() {
		assertFailure("Consumer 'chat' serves channels.routes[0].channel 'jobs', but has no @OnEvent handler",
				"Annotate a method with @OnEvent: a worker handles nothing but events.",
				"channels.routes[0].channel=jobs", "channels.routes[0].consumer=chat");
	}

	@Test
	void backsOffWhereThereIsNoServletContainer() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, ChannelsAutoConfiguration.class,
					ChannelsWebSocketAutoConfiguration.class))
			.run((context) -> assertThat(context).hasSingleBean(Channels.class)
				.hasSingleBean(Consumers.class)
				.doesNotHaveBean(WebSocketHandlerMapping.class));
		this.runner.withClassLoader(new FilteredClassLoader(WebSocketHandlerMapping.class))
			.run((context) -> assertThat(context).hasSingleBean(Channels.class)
				.doesNotHaveBean("channelsHandshakeMapping"));
	}

	@Test
	void aValidatorOfTheApplicationIsNotConfusedWithThatOfMvc() {
		this.runner.withBean("own", LocalValidatorFactoryBean.class)
			.withUserConfiguration(UsesValidatorOfMvc.class)
			.run((context) -> assertThat(context).hasNotFailed()
				.getBeans(SmartValidator.class)
				.containsOnlyKeys("own", "mvcValidator"));
		this.runner.withBean("own", LocalValidatorFactoryBean.class)
			.withBean("other", LocalValidatorFactoryBean.class)
			.run((context) -> assertAnalysis(context, "There are several beans of type SmartValidator: [own, other]",
					"Make one of them @Primary: it validates what handlers take."));
	}

	@Test
	void leavesExecutorsOfTheApplicationAlone() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(ConnectionExecutors.class)
			.doesNotHaveBean(java.util.concurrent.Executor.class)
			.doesNotHaveBean(org.springframework.scheduling.TaskScheduler.class));
	}

	@Test
	void lazyInitializationChecksRoutesAllTheSame() {
		this.runner
			.withInitializer((context) -> context
				.addBeanFactoryPostProcessor(new org.springframework.boot.LazyInitializationBeanFactoryPostProcessor()))
			.withPropertyValues("channels.routes[0].path=/ws", "channels.routes[0].consumer=chta")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void analyzerIsRegistered() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, failure) -> {
			}))).hasAtLeastOneElementOfType(ChannelsConfigurationFailureAnalyzer.class);
	}

	@Test
	void requestsThatAreNoHandshakeHaveTheirMapping() {
		this.runner.withPropertyValues("channels.routes[0].path=/ws/{room}", "channels.routes[0].consumer=chat")
			.run((context) -> assertThat(context).getBean("channelsUpgradeRequiredMapping")
				.isInstanceOf(HandlerMapping.class));
	}

	private void assertFailure(String description, String action, String... properties) {
		this.runner.withPropertyValues(properties).run((context) -> assertAnalysis(context, description, action));
	}

	private static void assertAnalysis(AssertableWebApplicationContext context, String description, String action) {
		assertThat(context).hasFailed();
		FailureAnalysis analysis = new ChannelsConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).isNotNull();
		if (description != null) {
			assertThat(analysis.getDescription()).isEqualTo(description);
		}
		if (action != null) {
			assertThat(analysis.getAction()).isEqualTo(action);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class UsesValidatorOfMvc {

		@Bean
		static BeanPostProcessor early(ObjectProvider<Validator> validators) {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessBeforeInitialization(Object bean, String name) {
					if (bean instanceof ConnectionExecutors) {
						validators.stream().toList();
					}
					return bean;
				}

			};
		}

	}

	private static class OwnBackend implements ChannelLayerFactory {

		private final Map<String, String> given;

		OwnBackend(Map<String, String> given) {
			this.given = given;
		}

		@Override
		public String backend() {
			return "own";
		}

		@Override
		public ChannelLayer create(String alias, LayerSettings settings, Map<String, String> properties) {
			this.given.putAll(properties);
			return mock();
		}

	}

	@Consumer(name = "chat", groups = "chat_{room}")
	static class Chat {

		@OnConnect
		void connect(Connection connection) {
		}

		@OnReceive
		String receive(String text) {
			return text;
		}

	}

	@Consumer("room")
	static class Room {

		@OnConnect
		void connect(@PathVariable String room) {
		}

	}

	@Consumer("job")
	static class Job {

		@OnEvent("job")
		void job() {
		}

	}

	@Consumer("connected")
	static class ConnectedWorker {

		@OnEvent("job")
		void job(String job, Connection connection) {
		}

	}

	@Consumer("needy")
	static class Needy {

		Needy(StringBuilder nobodyHasOne) {
		}

	}

}
