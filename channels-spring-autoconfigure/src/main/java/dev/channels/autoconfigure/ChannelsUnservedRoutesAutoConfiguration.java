package dev.channels.autoconfigure;

import dev.channels.autoconfigure.UnservedRoutes.Reason;
import dev.channels.routing.RouteTable;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnNotWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration for Channels where connections cannot be served. Routes of
 * connections stop the start there, unless the application is no web application: then it
 * is one for workers.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { ChannelsAutoConfiguration.class, ChannelsWebSocketAutoConfiguration.class })
@ConditionalOnBean(RouteTable.class)
public final class ChannelsUnservedRoutesAutoConfiguration {

	@Bean
	static LazyInitializationExcludeFilter channelsUnservedRoutesExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(UnservedRoutes.class);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnNotWebApplication
	static class NoWebApplication {

		@Bean
		UnservedRoutes channelsUnservedRoutes(RouteTable routes) {
			return new UnservedRoutes(routes, Reason.NO_WEB_APPLICATION);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.REACTIVE)
	static class Reactive {

		@Bean
		UnservedRoutes channelsUnservedRoutes(RouteTable routes) {
			return new UnservedRoutes(routes, Reason.REACTIVE);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnWebApplication(type = Type.SERVLET)
	@ConditionalOnMissingBean(name = ChannelsWebSocketAutoConfiguration.HANDSHAKE_MAPPING)
	static class Servlet {

		@Bean
		UnservedRoutes channelsUnservedRoutes(RouteTable routes) {
			return new UnservedRoutes(routes, Reason.NO_LIBRARY);
		}

	}

}
