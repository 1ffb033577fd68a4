package dev.channels.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.channels.connection.ConnectionExecutors;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DropCounter;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Auto-configuration for layers on Redis. Connects to Redis only if a layer is configured
 * to use it.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ChannelsAutoConfiguration.class,
		afterName = "org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration")
@ConditionalOnClass({ RedisChannelLayer.class, LettuceConnectionFactory.class, RedisClient.class })
public final class ChannelsRedisAutoConfiguration {

	@Bean
	RedisLayers channelsRedisLayers() {
		return new RedisLayers();
	}

	@Bean
	RedisLayerFactory channelsRedisLayerFactory(ListableBeanFactory beans, ChannelsProperties properties,
			JsonMapper mapper, DropCounter drops, ConnectionExecutors executors, RedisLayers layers,
			ObjectProvider<RedisLayerListener> listeners) {
		return new RedisLayerFactory(beans, properties, mapper, drops, executors, layers, listeners);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class Metrics {

		/**
		 * @param layers creates what is measured
		 */
		@Bean
		MeterBinder channelsRedisMetrics(RedisLayers redis, ChannelLayers layers) {
			return (registry) -> redis.forEach((layer) -> {
				Gauge.builder("channels.redis.connected", layer, (state) -> state.layer().isConnected() ? 1 : 0)
					.description("Whether this node is connected to Redis and has all its subscriptions")
					.tag("layer", layer.alias())
					.strongReference(true)
					.register(registry);
				FunctionTimer
					.builder("channels.redis.gaps", layer.gaps(), RedisGaps::count, RedisGaps::nanos,
							TimeUnit.NANOSECONDS)
					.description("Times in which this node was not connected to Redis")
					.tag("layer", layer.alias())
					.register(registry);
			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnEnabledHealthIndicator.class)
	@Conditional(OnRedisLayerCondition.class)
	static class Health {

		/**
		 * Not part of readiness, which would take all nodes off the load balancer when
		 * Redis is away, though clients stay connected.
		 * @param layers creates what is looked at
		 */
		@Bean
		@ConditionalOnEnabledHealthIndicator("channels-redis")
		@ConditionalOnMissingBean(name = "channelsRedisHealthContributor")
		CompositeHealthContributor channelsRedisHealthContributor(RedisLayers redis, ChannelLayers layers) {
			Map<String, HealthIndicator> indicators = new LinkedHashMap<>();
			redis.forEach((layer) -> indicators.put(layer.alias(), new RedisLayerHealthIndicator(layer)));
			return CompositeHealthContributor.fromMap(indicators);
		}

	}

}
