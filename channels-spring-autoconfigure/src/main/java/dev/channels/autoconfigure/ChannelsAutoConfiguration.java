package dev.channels.autoconfigure;

import java.util.Arrays;
import java.util.List;

import dev.channels.Channels;
import dev.channels.ChannelsConfigurationException;
import dev.channels.connection.ConnectionExecutors;
import dev.channels.connection.TurnContext;
import dev.channels.consumer.ChannelsConfigurer;
import dev.channels.consumer.ConsumerScopes;
import dev.channels.consumer.Consumers;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DropCounter;
import dev.channels.layer.EventCodec;
import dev.channels.layer.JsonEventSerializer;
import dev.channels.routing.RouteTable;
import dev.channels.worker.WorkerContainer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.system.JavaVersion;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;
import org.springframework.core.env.Environment;
import org.springframework.validation.SmartValidator;

/**
 * Auto-configuration for Channels: layers, consumers and workers.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = JacksonAutoConfiguration.class,
		afterName = "org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration")
@ConditionalOnClass(Channels.class)
@EnableConfigurationProperties(ChannelsProperties.class)
public final class ChannelsAutoConfiguration {

	private static final String VALIDATOR_OF_MVC = "mvcValidator";

	private static final String VALIDATOR_OF_BOOT = "defaultValidator";

	@Bean
	@Role(BeanDefinition.ROLE_INFRASTRUCTURE)
	static UnknownProperties channelsUnknownProperties() {
		return new UnknownProperties();
	}

	@Bean
	static ConsumerScopes channelsConsumerScopes() {
		return new ConsumerScopes();
	}

	@Bean
	static LazyInitializationExcludeFilter channelsWorkersExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(WorkerContainer.class);
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionExecutors channelsExecutors(ChannelsProperties properties, Environment environment,
			ConfigurableApplicationContext context) {
		ChannelsProperties.Threads threads = properties.threads();
		return new ConnectionExecutors(virtualThreads(threads, environment), threads.maxHandlers(),
				threads.maxWriters(), TurnContext.of(context.getBeanFactory().getBeanClassLoader()));
	}

	/**
	 * As Boot does, ask for virtual threads only where there are any.
	 */
	private static @Nullable Boolean virtualThreads(ChannelsProperties.Threads threads, Environment environment) {
		if (threads.virtual() != null || JavaVersion.getJavaVersion().isOlderThan(JavaVersion.TWENTY_ONE)) {
			return threads.virtual();
		}
		return environment.getProperty("spring.threads.virtual.enabled", Boolean.class);
	}

	@Bean
	@ConditionalOnMissingBean
	DropCounter channelsDropCounter() {
		return new DropCounter();
	}

	@Bean
	MemoryLayerFactory channelsMemoryLayerFactory(JsonMapper mapper, DropCounter drops, ConnectionExecutors executors) {
		return new MemoryLayerFactory(mapper, drops, executors);
	}

	@Bean
	@ConditionalOnMissingBean
	ChannelLayers channelLayers(ChannelsProperties properties, ObjectProvider<ChannelLayerFactory> factories,
			JsonMapper mapper, DropCounter drops, Environment environment) {
		LayersReader reader = new LayersReader(factories.orderedStream().toList(), new WrittenProperties(environment));
		return new ChannelLayers(reader.create(properties), new EventCodec(mapper, new JsonEventSerializer()), drops);
	}

	@Bean
	@ConditionalOnMissingBean
	Channels channels(ChannelLayers layers) {
		return layers.channels(ChannelLayers.DEFAULT);
	}

	@Bean
	@ConditionalOnMissingBean
	RouteTable channelsRouteTable(ChannelsProperties properties, Environment environment) {
		return RoutesReader.read(properties, new WrittenProperties(environment));
	}

	@Bean
	@ConditionalOnMissingBean
	Consumers channelsConsumers(ConfigurableApplicationContext context, ChannelLayers layers, JsonMapper mapper,
			ConnectionExecutors executors, DropCounter drops, ObjectProvider<SmartValidator> validators,
			ObjectProvider<ChannelsConfigurer> configurers) {
		return new Consumers(context, layers, mapper, executors.handlers(), drops, validator(context, validators),
				configurers.orderedStream().toList());
	}

	/**
	 * The only one, or Boot's; that of Spring MVC passes on to one of the others.
	 */
	private static @Nullable SmartValidator validator(ConfigurableApplicationContext context,
			ObjectProvider<SmartValidator> validators) {
		SmartValidator unique = validators.getIfUnique();
		List<String> names = Arrays.stream(context.getBeanNamesForType(SmartValidator.class))
			.filter((name) -> !name.equals(VALIDATOR_OF_MVC))
			.toList();
		if (unique != null || names.isEmpty()) {
			return unique;
		}
		String name = names.contains(VALIDATOR_OF_BOOT) ? VALIDATOR_OF_BOOT : names.get(0);
		if (names.size() > 1 && !name.equals(VALIDATOR_OF_BOOT)) {
			throw new ChannelsConfigurationException("There are several beans of type SmartValidator: " + names,
					"Make one of them @Primary: it validates what handlers take.");
		}
		return context.getBean(name, SmartValidator.class);
	}

	@Bean
	@ConditionalOnMissingBean
	@ConditionalOnProperty(name = "channels.workers.enabled", matchIfMissing = true)
	WorkerContainer channelsWorkerContainer(RouteTable routes, Consumers consumers, ChannelsProperties properties,
			Environment environment) {
		return new WorkerContainer(routes, consumers, ShutdownTimeout.of(properties, environment));
	}

}
