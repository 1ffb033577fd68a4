package dev.channels.autoconfigure;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.channels.layer.ChannelLayers;
import io.lettuce.core.RedisClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.RedisStaticMasterReplicaConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;

/**
 * Promise 9 for layers on Redis: configuration errors stop the start, with what is wrong,
 * where, and what to write instead. Needs no Redis.
 */
@ExtendWith(OutputCaptureExtension.class)
class RedisConfigurationTests {

	private static final String LAYER = "channels.layers.default.";

	private static final String KEY = "correct-horse-battery-staple";

	private static final int PORT = closedPort();

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, DataRedisAutoConfiguration.class,
				ChannelsAutoConfiguration.class, ChannelsRedisAutoConfiguration.class))
		.withPropertyValues(LAYER + "backend=redis", "spring.data.redis.host=127.0.0.1",
				"spring.data.redis.port=" + PORT);

	@Test
	void withoutSpringDataRedis() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.data.redis", "io.lettuce"))
			.run((context) -> assertAnalysis(context, LAYER + "backend: no backend named 'redis'",
					"Add org.springframework.boot:spring-boot-starter-data-redis, with Lettuce, to the application."));
	}

	@Test
	void withoutLettuce() {
		this.runner.withClassLoader(new FilteredClassLoader(RedisClient.class))
			.run((context) -> assertAnalysis(context, LAYER + "backend: no backend named 'redis'",
					"Add org.springframework.boot:spring-boot-starter-data-redis, with Lettuce, to the application."));
	}

	@Test
	void unknownBackend() {
		assertFailure(LAYER + "backend: no backend named 'reddis'; did you mean 'redis'?",
				"Known backends are [memory, redis].", LAYER + "backend=reddis");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					redis.prefix=a:b           | .redis: prefix 'a:b' is not legal: use 1 to 40 ASCII letters, digits, hyphens, underscores or periods
					redis.prefix=              | .redis: prefix '' is not legal: use 1 to 40 ASCII letters, digits, hyphens, underscores or periods
					redis.prefix={a}           | .redis: prefix '{a}' is not legal: use 1 to 40 ASCII letters, digits, hyphens, underscores or periods
					redis.sharded-pubsub=true  | .redis: sharded-pubsub needs a Redis Cluster (spring.data.redis.cluster.nodes)
					redis.node-lease=2s        | .redis: node-lease must be at least 3 s (it is renewed each second), not PT2S
					redis.node-lease=0s        | .redis: node-lease must be at least 3 s (it is renewed each second), not PT0S
					redis.claim-timeout=-1s    | .redis: claim-timeout must be at least 3 s (it is renewed three times), not PT-1S
					group-expiry=9s            | .redis: group-expiry must be at least 10 s (memberships are renewed four times), not PT9S
					group-expiry=0s            | : group-expiry must be positive, not PT0S
					expiry=0s                  | : expiry must be positive, not PT0S
					worker-expiry=-1s          | : worker-expiry must not be negative, not PT-1S
					encryption-keys=           | : 'encryption-keys' is empty: give at least one key, or leave the property out
					encryption-keys[0]=        | : 'encryption-keys[0]' is blank: give a key, or remove it
					""")
	void badValues(String setting, String description) {
		assertFailure("channels.layers.default" + description, "Change the value.", LAYER + setting);
	}

	@Test
	void shardedPubSubExcludesDjango() {
		assertFailure(
				"channels.layers.default.redis: sharded-pubsub and django-interop exclude each other: Django does not "
						+ "publish to shards",
				"Change the value.", LAYER + "redis.sharded-pubsub=true", LAYER + "redis.django-interop=true");
	}

	@Test
	void noTextShowsAKey(CapturedOutput output) {
		this.runner.withPropertyValues(LAYER + "encryption-keys=" + KEY + "," + KEY).run((context) -> {
			assertAnalysis(context,
					"channels.layers.default: 'encryption-keys[1]' is the same key as 'encryption-keys[0]': remove one",
					"Change the value.");
			assertThat(context.getStartupFailure()).hasStackTraceContaining("encryption-keys")
				.satisfies((failure) -> assertThat(org.assertj.core.util.Throwables.getStackTrace(failure))
					.doesNotContain(KEY));
		});
		assertThat(output).doesNotContain(KEY);
	}

	@Test
	void misspelledPropertyShowsNoKey(CapturedOutput output) {
		assertThatThrownBy(() -> run(LAYER + "encryption-key=" + KEY)).isNotNull();
		assertThat(output).contains("APPLICATION FAILED TO START",
				"channels.layers.default.encryption-key: there is no such property; did you mean 'encryption-keys'?",
				"Correct or remove it: \"channels.layers.default.encryption-key\" from property source")
			.doesNotContain(KEY);
	}

	@ParameterizedTest
	@CsvSource({ "layer.default.backend, layers", "routes[0].routes[1].retry.max-attempt, max-attempts",
			"layers.default.redis.fail-fats, fail-fast", "layers.a.channel-capacity[0].patern, pattern" })
	void misspelledProperties(String property, String meant, CapturedOutput output) {
		assertThatThrownBy(() -> run("channels." + property + "=1")).isNotNull();
		assertThat(output).contains(": there is no such property; did you mean '" + meant + "'?");
	}

	@Test
	void msgpackWithoutItsLibrary() {
		this.runner.withClassLoader(new FilteredClassLoader("org.msgpack"))
			.withPropertyValues(LAYER + "serializer=msgpack")
			.run((context) -> assertAnalysis(context, LAYER + "serializer: 'msgpack' needs a library that is not there",
					"Add org.msgpack:msgpack-core to the application."));
	}

	@Test
	void unknownSerializer(CapturedOutput output) {
		assertThatThrownBy(() -> run(LAYER + "serializer=xml")).isNotNull();
		assertThat(output).contains("APPLICATION FAILED TO START",
				"Failed to bind properties under 'channels.layers.default.serializer'", "Value: \"xml\"", "JSON",
				"MSGPACK");
	}

	@Test
	void noConnectionFactoryAtAll() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(JacksonAutoConfiguration.class, ChannelsAutoConfiguration.class,
					ChannelsRedisAutoConfiguration.class))
			.withPropertyValues(LAYER + "backend=redis")
			.run((context) -> assertAnalysis(context,
					LAYER + "redis.connection-factory: there is no bean of type RedisConnectionFactory",
					"Do not exclude DataRedisAutoConfiguration, or declare such a bean."));
	}

	@Test
	void unknownConnectionFactory() {
		assertFailure(
				LAYER + "redis.connection-factory: no RedisConnectionFactory named 'redisConectionFactory'; did you "
						+ "mean 'redisConnectionFactory'?",
				"Known beans of this type are [redisConnectionFactory].",
				LAYER + "redis.connection-factory=redisConectionFactory");
	}

	@Test
	void beanThatIsNoConnectionFactory() {
		assertFailure(LAYER + "redis.connection-factory: no RedisConnectionFactory named 'stringRedisTemplate'",
				"Known beans of this type are [redisConnectionFactory].",
				LAYER + "redis.connection-factory=stringRedisTemplate");
	}

	@Test
	void severalConnectionFactories() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.run((context) -> assertAnalysis(context,
					LAYER + "redis.connection-factory: there are several beans of type RedisConnectionFactory",
					"Write one of [first, second], or make one of them @Primary."));
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.withInitializer((context) -> context.addBeanFactoryPostProcessor((beans) -> {
				BeanDefinition second = beans.getBeanDefinition("second");
				second.setPrimary(true);
			}))
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void connectionFactoryOfAnotherClient() {
		this.runner.withUserConfiguration(OtherClient.class)
			.run((context) -> assertAnalysis(context,
					LAYER + "backend: 'redis' works with Lettuce, and the application's connection factory is none of "
							+ "Lettuce",
					"Set spring.data.redis.client-type=lettuce, or name another bean at "
							+ "channels.layers.default.redis.connection-factory."));
		this.runner.withUserConfiguration(OtherClient.class)
			.withPropertyValues(LAYER + "redis.connection-factory=other")
			.run((context) -> assertAnalysis(context, LAYER
					+ "backend: 'redis' works with Lettuce, and the connection factory 'other' is none of Lettuce",
					null));
	}

	@Test
	void masterAndReplicas() {
		assertFailure(LAYER + "backend: 'redis' does not work with spring.data.redis.masterreplica",
				"Name the master at spring.data.redis.host, or use spring.data.redis.sentinel.",
				"spring.data.redis.masterreplica.nodes=one:6379,two:6379");
	}

	@Test
	void masterAndReplicasOfABean() {
		this.runner.withUserConfiguration(MasterAndReplicas.class)
			.run((context) -> assertAnalysis(context,
					"channels.layers.default.redis: the layer does not work with master and replicas that are named one "
							+ "by one: name the master alone, or use Sentinel",
					"Change the value."));
	}

	@Test
	void twoLayersWithOnePrefix() {
		String action = "Leave the prefix out at both, or write different ones. The number of the database keeps "
				+ "nothing apart.";
		assertFailure(
				"channels.layers.jobs.redis.prefix: 'asgi' is the prefix of layer 'default', too, on the same Redis "
						+ "(127.0.0.1:" + PORT + "): their events would cross",
				action, "channels.layers.jobs.backend=redis", "channels.layers.jobs.redis.prefix=asgi");
		this.runner.withUserConfiguration(TwoDatabases.class)
			.withPropertyValues(LAYER + "redis.connection-factory=one", "channels.layers.jobs.backend=redis",
					"channels.layers.jobs.redis.prefix=asgi", "channels.layers.jobs.redis.connection-factory=two")
			.run((context) -> assertAnalysis(context,
					"channels.layers.jobs.redis.prefix: 'asgi' is the prefix of layer 'default', too, on the same Redis "
							+ "(127.0.0.1:" + PORT + "): their events would cross",
					action));
	}

	@Test
	void onePrefixOnTwoServers() {
		this.runner.withUserConfiguration(TwoConnectionFactories.class)
			.withPropertyValues(LAYER + "redis.connection-factory=first", "channels.layers.jobs.backend=redis",
					"channels.layers.jobs.redis.prefix=asgi", "channels.layers.jobs.redis.connection-factory=second")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void layersWaitForRedisTogether() throws IOException {
		try (ServerSocket silent = new ServerSocket(0)) {
			long before = System.nanoTime();
			this.runner
				.withPropertyValues("spring.data.redis.port=" + silent.getLocalPort(),
						"channels.layers.one.backend=redis", "channels.layers.two.backend=redis",
						"channels.layers[e-mail!].backend=redis")
				.run((context) -> assertThat(context).hasNotFailed());
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(9));
		}
	}

	@Test
	void firstLayerIsClosedIfTheSecondIsWrong() {
		this.runner.withPropertyValues("channels.layers.zwei.backend=redis", "channels.layers.zwei.redis.prefix=a b")
			.run((context) -> assertThat(context).hasFailed());
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.doesNotContain("channels-redis-maintenance");
	}

	@Test
	void nothingOfRedisRunsForTheMemoryLayer() {
		// those of other tests end a moment after their layer
		await().atMost(10, TimeUnit.SECONDS).until(() -> threadsOfLayers().isEmpty());
		this.runner.withPropertyValues(LAYER + "backend=memory", LAYER + "redis.fail-fast=true").run((context) -> {
			assertThat(context).hasSingleBean(ChannelLayers.class);
			assertThat(threadsOfLayers()).isEmpty();
		});
	}

	private static List<String> threadsOfLayers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("channels-redis"))
			.toList();
	}

	@Test
	void failFastSaysWhereItTried() {
		this.runner.withPropertyValues(LAYER + "redis.fail-fast=true")
			.run((context) -> assertThat(analysis(context).getDescription())
				.startsWith("channels.layers.default: there is no connection to Redis: 127.0.0.1:" + PORT + ": ")
				.endsWith("Connection refused"));
		this.runner
			.withPropertyValues(LAYER + "redis.fail-fast=true", "spring.data.redis.password=hidden",
					"spring.data.redis.sentinel.master=mymaster", "spring.data.redis.sentinel.nodes=127.0.0.1:1")
			.run((context) -> assertThat(analysis(context).getDescription())
				.startsWith("channels.layers.default: there is no connection to Redis: master 'mymaster' of sentinels "
						+ "127.0.0.1:1: ")
				.doesNotContain("hidden"));
		this.runner
			.withPropertyValues(LAYER + "redis.fail-fast=true",
					"spring.data.redis.cluster.nodes=127.0.0.1:1,127.0.0.1:2")
			.run((context) -> assertThat(analysis(context))
				.returns(
						"Start Redis, correct spring.data.redis, or set "
								+ "channels.layers.default.redis.fail-fast=false to start without it.",
						FailureAnalysis::getAction)
				.extracting(FailureAnalysis::getDescription)
				.asString()
				.startsWith(
						"channels.layers.default: there is no connection to Redis: cluster 127.0.0.1:1, 127.0.0.1:2: "));
	}

	@Test
	void silentServerDelaysTheStartForSecondsOnly(CapturedOutput output) throws IOException {
		try (ServerSocket silent = new ServerSocket(0)) {
			long before = System.nanoTime();
			this.runner.withPropertyValues("spring.data.redis.port=" + silent.getLocalPort())
				.run((context) -> assertThat(context).hasNotFailed());
			this.runner
				.withPropertyValues("spring.data.redis.port=" + silent.getLocalPort(), LAYER + "redis.fail-fast=true")
				.run((context) -> assertThat(analysis(context).getDescription())
					.contains("127.0.0.1:" + silent.getLocalPort()));
			assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
		}
		assertThat(output.getAll().lines().filter((line) -> line.contains("WARN") || line.contains("ERROR"))).hasSize(2)
			.allMatch((line) -> line.contains("There is no connection to Redis at 127.0.0.1:"));
	}

	private static int closedPort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void run(String... properties) {
		new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
			.properties("spring.main.banner-mode=off", LAYER + "backend=redis")
			.properties(properties)
			.run()
			.close();
	}

	private void assertFailure(String description, String action, String... properties) {
		this.runner.withPropertyValues(properties).run((context) -> assertAnalysis(context, description, action));
	}

	private static void assertAnalysis(AssertableApplicationContext context, String description, String action) {
		FailureAnalysis analysis = analysis(context);
		assertThat(analysis.getDescription()).isEqualTo(description);
		if (action != null) {
			assertThat(analysis.getAction()).isEqualTo(action);
		}
	}

	private static FailureAnalysis analysis(AssertableApplicationContext context) {
		assertThat(context).hasFailed();
		FailureAnalysis analysis = new ChannelsConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).as("analysis of " + context.getStartupFailure()).isNotNull();
		return analysis;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoConnectionFactories {

		@Bean
		LettuceConnectionFactory first() {
			return new LettuceConnectionFactory("127.0.0.1", 1);
		}

		@Bean
		LettuceConnectionFactory second() {
			return new LettuceConnectionFactory("127.0.0.1", 2);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OtherClient {

		@Bean
		RedisConnectionFactory other() {
			return mock();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDatabases {

		@Bean
		LettuceConnectionFactory one() {
			return new LettuceConnectionFactory("127.0.0.1", PORT);
		}

		@Bean
		LettuceConnectionFactory two() {
			RedisStandaloneConfiguration other = new RedisStandaloneConfiguration("127.0.0.1", PORT);
			other.setDatabase(2);
			return new LettuceConnectionFactory(other);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class MasterAndReplicas {

		@Bean
		LettuceConnectionFactory replicated() {
			RedisStaticMasterReplicaConfiguration servers = new RedisStaticMasterReplicaConfiguration("127.0.0.1", 1);
			servers.addNode("127.0.0.1", 2);
			return new LettuceConnectionFactory(servers);
		}

	}

}
