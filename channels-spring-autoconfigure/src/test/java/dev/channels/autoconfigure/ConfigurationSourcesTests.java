package dev.channels.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.channels.Consumer;
import dev.channels.OnEvent;
import dev.channels.OnReceive;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.ChannelName;
import dev.channels.layer.LayerSettings;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Properties from several sources, as applications have them: what counts is what Spring
 * Boot says, and nothing that exists is called unknown.
 */
class ConfigurationSourcesTests {

	private static final String TWO_ROUTES = """
			channels:
			  routes:
			    - path: /ws/a
			      consumer: chat
			      allowed-origins: [https://a.example, https://b.example]
			      subprotocols: [v1]
			      connection:
			        ping-interval: 5s
			    - path: /ws/b
			      consumer: chat
			      allowed-origins: https://b.example
			""";

	@TempDir
	private Path directory;

	private final Map<String, Object> environment = new HashMap<>();

	@Test
	void aProfileReplacesTheRoutes() throws IOException {
		write("application.yml", TWO_ROUTES);
		write("application-prod.yml", """
				channels:
				  routes:
				    - path: /ws/only
				      consumer: chat
				""");
		try (ConfigurableApplicationContext context = start("--spring.profiles.active=prod")) {
			assertThat(context.getBean(RouteTable.class).paths()).singleElement()
				.returns("/ws/only", PathRoute::path)
				.returns(List.of(), PathRoute::allowedOrigins)
				.returns(List.of(), PathRoute::subprotocols);
		}
	}

	@Test
	void aProfileReplacesNestedRoutes() throws IOException {
		write("application.yml", """
				channels:
				  routes:
				    - path: /ws
				      allowed-origins: https://a.example
				      routes:
				        - path: /a
				          consumer: chat
				          subprotocols: [v1, v2]
				        - routes:
				            - path: /b
				              consumer: chat
				              connection.idle-timeout: 3s
				    - channel: jobs
				      consumer: job
				      retry.max-attempts: 3
				  layers:
				    default:
				      channel-capacity:
				        - pattern: a*
				          capacity: 5
				        - pattern: b*
				          capacity: 6
				""");
		write("application-prod.yml", """
				channels:
				  routes:
				    - path: /ws
				      routes:
				        - path: /c
				          consumer: chat
				  layers:
				    default:
				      channel-capacity:
				        - pattern: c*
				""");
		try (ConfigurableApplicationContext context = start("--spring.profiles.active=prod")) {
			RouteTable routes = context.getBean(RouteTable.class);
			assertThat(routes.paths()).singleElement()
				.returns("/ws/c", PathRoute::path)
				.returns(List.of(), PathRoute::allowedOrigins);
			assertThat(routes.workers()).isEmpty();
		}
	}

	@Test
	void environmentVariablesReplaceTheRoutes() throws IOException {
		write("application.yml", TWO_ROUTES);
		this.environment.put("CHANNELS_ROUTES_0_PATH", "/ws/env");
		this.environment.put("CHANNELS_ROUTES_0_CONSUMER", "chat");
		this.environment.put("CHANNELS_ROUTES_0_ALLOWEDORIGINS_0", "https://c.example");
		this.environment.put("CHANNELS_ROUTES_0_CONNECTION_IDLETIMEOUT", "7s");
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(RouteTable.class).paths()).singleElement()
				.returns("/ws/env", PathRoute::path)
				.returns(List.of("https://c.example"), PathRoute::allowedOrigins)
				.satisfies((route) -> assertThat(route.settings().idleTimeout()).hasSeconds(7));
		}
	}

	@Test
	void argumentsReplaceTheRoutes() throws IOException {
		write("application.yml", TWO_ROUTES);
		try (ConfigurableApplicationContext context = start("--channels.routes[0].path=/ws/argument",
				"--channels.routes[0].consumer=chat")) {
			assertThat(paths(context)).containsExactly("/ws/argument");
		}
	}

	@Test
	void jsonReplacesTheRoutes() throws IOException {
		write("application.yml", TWO_ROUTES);
		try (ConfigurableApplicationContext context = start(
				"--spring.application.json={\"channels\":{\"routes\":[{\"path\":\"/ws/json\",\"consumer\":\"chat\"}]}}")) {
			assertThat(paths(context)).containsExactly("/ws/json");
		}
	}

	@Test
	void importedFilesReplaceTheRoutes() throws IOException {
		write("application.yml", TWO_ROUTES + "spring.config.import: more.properties\n");
		write("more.properties", """
				channels.routes[0].path=/ws/${name:imported}
				channels.routes[0].consumer=chat
				""");
		try (ConfigurableApplicationContext context = start()) {
			assertThat(paths(context)).containsExactly("/ws/imported");
		}
	}

	@Test
	void relaxedNames() throws IOException {
		write("application.properties", """
				channels.routes[0].path=/ws
				channels.routes[0].consumer=chat
				channels.routes[0].allowedOrigins=https://a.example,https://b.example
				channels.routes[0].connection.idle_timeout=3s
				channels.shutdownTimeout=1s
				channels.layers.default.channelCapacity[0].pattern=a*
				""");
		write("application-prod.properties", """
				channels.routes[0].path=/ws
				channels.routes[0].consumer=chat
				""");
		try (ConfigurableApplicationContext context = start()) {
			PathRoute route = context.getBean(RouteTable.class).paths().get(0);
			assertThat(route.allowedOrigins()).containsExactly("https://a.example", "https://b.example");
			assertThat(route.settings().idleTimeout()).hasSeconds(3);
		}
		try (ConfigurableApplicationContext context = start("--spring.profiles.active=prod")) {
			assertThat(context.getBean(RouteTable.class).paths().get(0).allowedOrigins()).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "channels:", "channels.routes:", "channels.routes: []", "channels.layers:",
			"channels.allowed-origins:", "channels.connection:", "channels.layers.default.channel-capacity: []",
			"channels.layers: {}" })
	void whatIsEmptyIsNothing(String yaml) throws IOException {
		write("application.yml", TWO_ROUTES);
		write("application-prod.yml", yaml);
		try (ConfigurableApplicationContext context = start("--spring.profiles.active=prod")) {
			assertThat(paths(context)).hasSize(yaml.contains("routes") ? 0 : 2);
			assertThat(context.getBean(ChannelLayers.class).aliases()).containsExactly("default");
		}
	}

	@Test
	void layersOfAllSourcesAreThere() throws IOException {
		write("application.yml", """
				channels:
				  layers:
				    default:
				      capacity: 10
				    jobQueue:
				      backend: memory
				""");
		write("application-prod.yml", """
				channels:
				  layers:
				    more:
				      backend: memory
				""");
		this.environment.put("CHANNELS_LAYERS_DEFAULT_EXPIRY", "3s");
		this.environment.put("CHANNELS_LAYERS_JOBQUEUE_CAPACITY", "7");
		try (ConfigurableApplicationContext context = start("--spring.profiles.active=prod")) {
			assertThat(context.getBean(ChannelLayers.class).aliases()).containsExactlyInAnyOrder("default", "jobQueue",
					"more");
			Map<String, ChannelsProperties.Layer> layers = context.getBean(ChannelsProperties.class).layers();
			assertThat(layers.get("default").capacity()).isEqualTo(10);
			assertThat(layers.get("default").expiry()).hasSeconds(3);
			assertThat(layers.get("jobQueue").capacity()).isEqualTo(7);
		}
	}

	@Test
	void allowedOriginsOfAllRoutesAreOneVariable() throws IOException {
		write("application.yml", """
				channels:
				  routes:
				    - path: /ws/a
				      consumer: chat
				    - path: /ws/b
				      consumer: chat
				      allowed-origins: https://b.example
				    - path: /ws/c
				      consumer: chat
				      allowed-origins:
				""");
		this.environment.put("CHANNELS_ALLOWEDORIGINS", "https://a.example,https://c.example");
		try (ConfigurableApplicationContext context = start()) {
			assertThat(context.getBean(RouteTable.class).paths()).extracting(PathRoute::allowedOrigins)
				.containsExactly(List.of("https://a.example", "https://c.example"), List.of("https://b.example"),
						List.of());
		}
	}

	@Test
	void aListIsReplacedAsAWhole() throws IOException {
		write("application.yml", TWO_ROUTES);
		this.environment.put("CHANNELS_ROUTES_0_ALLOWEDORIGINS_0", "https://c.example");
		FailureAnalysis failure = failure();
		assertThat(failure.getDescription()).startsWith(
				"channels.routes[0]: a route has either a path or a channel, and this one has neither. A list is "
						+ "replaced as a whole: System Environment Property \"CHANNELS_ROUTES_0_ALLOWEDORIGINS_0\" hides "
						+ "all of channels.routes that is written at ")
			.contains("application.yml");
		assertThat(failure.getAction())
			.isEqualTo("Write a path for connections, or the name of a channel for workers. Write all routes in one "
					+ "place, whole, with placeholders for what differs, such as allowed-origins: ${ALLOWED_ORIGINS:}. "
					+ "Origins of all routes, and limits of all connections, can be set alone: "
					+ "channels.allowed-origins, channels.connection.");
	}

	@Test
	void aRouteThatOnlyChangesItsPathLacksItsConsumer() throws IOException {
		write("application.yml", TWO_ROUTES);
		write("application-prod.yml", "channels.routes[0].path: /ws/prod\n");
		assertThat(failure("--spring.profiles.active=prod").getDescription())
			.startsWith("channels.routes[0].consumer: a route needs a consumer. A list is replaced as a whole: ")
			.contains("application-prod.yml", "hides all of channels.routes that is written at", "application.yml");
	}

	@Test
	void aCapacityThatOnlyChangesLacksItsPattern() throws IOException {
		write("application.yml", """
				channels.layers.default.channel-capacity:
				  - pattern: jobs
				    capacity: 5
				""");
		this.environment.put("CHANNELS_LAYERS_DEFAULT_CHANNELCAPACITY_0_CAPACITY", "6");
		assertThat(failure().getDescription()).startsWith(
				"channels.layers.default: the pattern of a channel-capacity must not be empty. A list is replaced "
						+ "as a whole: System Environment Property \"CHANNELS_LAYERS_DEFAULT_CHANNELCAPACITY_0_CAPACITY\" hides");
	}

	@Test
	void anElementThatIsMissingBeforeAnother() throws IOException {
		write("application.yml", TWO_ROUTES);
		this.environment.put("CHANNELS_ROUTES_1_CONSUMER", "secret");
		FailureAnalysis failure = failure();
		assertThat(failure.getDescription()).isEqualTo("channels.routes[1].consumer: an element before it is missing");
		assertThat(failure.getAction()).isEqualTo(
				"A list is replaced as a whole, and counts from [0] in each place where it is written. Write all "
						+ "its elements there: System Environment Property \"CHANNELS_ROUTES_1_CONSUMER\".");
	}

	@Test
	void whatIsHiddenIsNotUnknownAndWhatIsUnknownIsNotHidden() throws IOException {
		write("application.yml", TWO_ROUTES + "      alowed-origins: https://c.example\n");
		write("application-prod.yml", """
				channels:
				  routes:
				    - path: /ws/only
				      consumer: chat
				  shutdown-timout: 3s
				""");
		FailureAnalysis failure = failure("--spring.profiles.active=prod");
		assertThat(failure.getDescription().lines()).containsExactlyInAnyOrder(
				"channels.routes[1].alowed-origins: there is no such property; did you mean 'allowed-origins'?",
				"channels.shutdown-timout: there is no such property; did you mean 'shutdown-timeout'?");
		assertThat(failure.getAction()).startsWith("Correct or remove it: ")
			.contains("application.yml", "application-prod.yml");
	}

	@Test
	void anApplicationWithChannelsOfItsOwn() throws IOException {
		write("application.yml", "channels.warehouse.phone: 1\n");
		FailureAnalysis failure = failure();
		assertThat(failure.getDescription()).isEqualTo("channels.warehouse.phone: there is no such property");
		assertThat(failure.getAction())
			.endsWith(" If it is one of the application itself, give it another prefix: 'channels' is that of Channels "
					+ "for Spring Boot.");
		write("application.yml", "channels.connection.pingg: 1\n");
		assertThat(failure().getAction()).doesNotContain("another prefix");
	}

	@ParameterizedTest
	@ValueSource(strings = { "channels.routes[0].path.x=1", "channels.routes[0].allowed-origins[0].x=1",
			"channels.routes[0].allowed-origins.x=1", "channels.routes.path=/x", "channels.routes[x].path=/x",
			"channels.layers.default.redis.prefix[0]=1", "channels.x[0]=1", "channels[0]=1" })
	void namesBelowPropertiesThatHaveNone(String property) {
		assertThat(failure("--" + property, "--channels.routes[0].path=/ws", "--channels.routes[0].consumer=chat",
				"--channels.routes[0].allowed-origins=a")
			.getDescription()).contains(property.substring(0, property.indexOf('=')) + ": there is no such property");
	}

	@Test
	void environmentVariablesAndSystemPropertiesMayHaveAnyName() {
		this.environment.put("CHANNELS_HOME", "/opt/channels");
		System.setProperty("channels.sources.test", "any");
		try (ConfigurableApplicationContext context = start()) {
			assertThat(paths(context)).isEmpty();
		}
		finally {
			System.clearProperty("channels.sources.test");
		}
	}

	@Test
	void aValueThatIsWrongIsToldWithItsPlace() throws IOException {
		write("application.yml", "channels.connection.ping-interval: soon\n");
		assertThat(catchThrowable(this::start)).rootCause().hasMessageContaining("soon");
	}

	@Test
	void settingsOfTheLayerCount() throws IOException {
		write("application.yml", "channels.layers.default.channel-capacity: [{pattern: 'jobs*', capacity: 3}]\n");
		try (ConfigurableApplicationContext context = start("--channels.layers.default.capacity=9")) {
			ChannelsProperties.Layer layer = context.getBean(ChannelsProperties.class).layers().get("default");
			LayerSettings settings = new LayerSettings(layer.capacity(),
					layer.channelCapacity()
						.stream()
						.map((it) -> new LayerSettings.ChannelCapacity(it.pattern(), it.capacity()))
						.toList(),
					layer.expiry(), layer.workerExpiry(), layer.groupExpiry());
			assertThat(settings.capacityOf(ChannelName.of("jobs-1"))).isEqualTo(3);
			assertThat(settings.capacityOf(ChannelName.of("other"))).isEqualTo(9);
		}
	}

	private static List<String> paths(ConfigurableApplicationContext context) {
		return context.getBean(RouteTable.class).paths().stream().map(PathRoute::path).toList();
	}

	private void write(String name, String content) throws IOException {
		Files.writeString(this.directory.resolve(name), content);
	}

	private FailureAnalysis failure(String... arguments) {
		Throwable failure = catchThrowable(() -> start(arguments).close());
		assertThat(failure).as("failure of the start").isNotNull();
		FailureAnalysis analysis = new ChannelsConfigurationFailureAnalyzer().analyze(failure);
		if (analysis == null) {
			analysis = new MissingElementFailureAnalyzer().analyze(failure);
		}
		assertThat(analysis).as("analysis of " + failure).isNotNull();
		return analysis;
	}

	private ConfigurableApplicationContext start(String... arguments) {
		StandardEnvironment sources = new StandardEnvironment();
		sources.getPropertySources()
			.replace(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new SystemEnvironmentPropertySource(
					StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, this.environment));
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--spring.config.location=" + this.directory.toUri());
		all.add("--spring.main.banner-mode=off");
		return new SpringApplicationBuilder(Application.class).environment(sources)
			.web(WebApplicationType.NONE)
			.logStartupInfo(false)
			.run(all.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ JacksonAutoConfiguration.class, ChannelsAutoConfiguration.class,
			ChannelsUnservedRoutesAutoConfiguration.class })
	@Import({ Chat.class, Job.class })
	static class Application {

	}

	@Consumer("chat")
	static class Chat {

		@OnReceive
		String receive(String text) {
			return text;
		}

	}

	@Consumer("job")
	static class Job {

		@OnEvent("job")
		void job() {
		}

	}

}
