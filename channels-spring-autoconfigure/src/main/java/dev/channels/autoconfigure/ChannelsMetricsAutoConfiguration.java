package dev.channels.autoconfigure;

import dev.channels.connection.ConnectionManager;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration for metrics: {@code channels.drops} by reason and
 * {@code channels.connections}.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { ChannelsAutoConfiguration.class, ChannelsWebSocketAutoConfiguration.class })
@ConditionalOnClass(MeterRegistry.class)
public final class ChannelsMetricsAutoConfiguration {

	@Bean
	@ConditionalOnBean(DropCounter.class)
	MeterBinder channelsDropMetrics(DropCounter drops) {
		return (registry) -> {
			for (DropReason reason : DropReason.values()) {
				FunctionCounter.builder("channels.drops", drops, (counter) -> counter.total(reason))
					.description("Events and messages that did not reach their handler or client")
					.tag("reason", reason.tag())
					.register(registry);
			}
		};
	}

	@Bean
	@ConditionalOnBean(ConnectionManager.class)
	MeterBinder channelsConnectionMetrics(ConnectionManager connections) {
		return (registry) -> Gauge.builder("channels.connections", connections, ConnectionManager::count)
			.description("Connections of this node, including those that are being opened or closed")
			.register(registry);
	}

}
