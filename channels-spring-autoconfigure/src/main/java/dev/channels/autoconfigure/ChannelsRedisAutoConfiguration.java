package dev.channels.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.channels.connection.ConnectionExecutors;
import dev.channels.layer.DropCounter;
import dev.channels.layer.redis.RedisChannelLayer;
import dev.channels.layer.redis.RedisLayerListener;
import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
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
	RedisGaps channelsRedisGaps() {
		return new RedisGaps();
	}

	@Bean
	RedisLayerFactory channelsRedisLayerFactory(ListableBeanFactory beans, ChannelsProperties properties,
			JsonMapper mapper, DropCounter drops, ConnectionExecutors executors,
			ObjectProvider<RedisLayerListener> listeners) {
		return new RedisLayerFactory(beans, properties, mapper, drops, executors,
				new Listeners(listeners.orderedStream().toList()));
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterRegistry.class)
	static class Metrics {

		@Bean
		MeterBinder channelsRedisMetrics(RedisGaps gaps) {
			return (registry) -> FunctionTimer
				.builder("channels.redis.gaps", gaps, RedisGaps::count, RedisGaps::nanos, TimeUnit.NANOSECONDS)
				.description("Times in which this node was not connected to Redis")
				.register(registry);
		}

	}

	private record Listeners(List<RedisLayerListener> all) implements RedisLayerListener {

		@Override
		public void gapEnded(Duration duration) {
			this.all.forEach((listener) -> listener.gapEnded(duration));
		}

		@Override
		public void membersRemoved(String group, List<String> channelNames) {
			this.all.forEach((listener) -> listener.membersRemoved(group, channelNames));
		}

	}

}
