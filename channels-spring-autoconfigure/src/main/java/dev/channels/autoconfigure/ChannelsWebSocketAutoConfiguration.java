package dev.channels.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import dev.channels.connection.ConnectionExecutors;
import dev.channels.connection.ConnectionManager;
import dev.channels.consumer.Consumers;
import dev.channels.layer.DropCounter;
import dev.channels.routing.RouteTable;
import dev.channels.websocket.HandshakeFilter;
import dev.channels.websocket.RouteHandlerMappings;
import jakarta.servlet.DispatcherType;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication.Type;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

/**
 * Auto-configuration for Channels in a servlet container.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = ChannelsAutoConfiguration.class)
@ConditionalOnWebApplication(type = Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, WebSocketHandlerMapping.class })
public final class ChannelsWebSocketAutoConfiguration {

	static final String HANDSHAKE_MAPPING = "channelsHandshakeMapping";

	private static final String SERVER_CHECK = "channelsServletServerCheck";

	private static final boolean tomcatPresent = ClassUtils.isPresent("org.springframework.boot.tomcat.TomcatWebServer",
			ChannelsWebSocketAutoConfiguration.class.getClassLoader());

	@Bean
	static LazyInitializationExcludeFilter channelsRoutesExcludeFilter() {
		return (beanName, definition, type) -> beanName.equals(HANDSHAKE_MAPPING) || beanName.equals(SERVER_CHECK)
				|| ConnectionLifecycle.class.isAssignableFrom(type)
				|| DispatcherServletCheck.class.isAssignableFrom(type);
	}

	@Bean
	@ConditionalOnMissingBean
	ConnectionManager channelsConnectionManager(ConnectionExecutors executors, JsonMapper mapper, DropCounter drops) {
		return new ConnectionManager(executors, mapper, drops);
	}

	@Bean(HANDSHAKE_MAPPING)
	WebSocketHandlerMapping channelsHandshakeMapping(RouteTable routes, Consumers consumers,
			ConnectionManager connections, ConnectionExecutors executors, WebApplicationContext context,
			ObjectProvider<WebMvcConfigurer> configurers) {
		List<Object> interceptors = new ArrayList<>(MvcInterceptors.of(configurers));
		if (tomcatPresent) {
			interceptors.add(0, new ConnectionLimitWarning(context));
		}
		return RouteHandlerMappings.handshakes(routes, consumers, connections, executors,
				ServletServer.readsForwardedHeaders(context.getEnvironment()), interceptors);
	}

	@Bean
	HandlerMapping channelsUpgradeRequiredMapping(RouteTable routes, ObjectProvider<WebMvcConfigurer> configurers) {
		return RouteHandlerMappings.upgradeRequired(routes, MvcInterceptors.of(configurers));
	}

	@Bean
	TomcatMessageSizes channelsTomcatMessageSizes() {
		return new TomcatMessageSizes();
	}

	@Bean
	FilterRegistrationBean<HandshakeFilter> channelsHandshakeFilter() {
		FilterRegistrationBean<HandshakeFilter> registration = new FilterRegistrationBean<>(new HandshakeFilter());
		registration.setDispatcherTypes(DispatcherType.ASYNC);
		registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
		return registration;
	}

	@Bean(SERVER_CHECK)
	SmartInitializingSingleton channelsServletServerCheck(WebApplicationContext context, RouteTable routes) {
		return () -> {
			if (!routes.paths().isEmpty()) {
				ServletServer.requireWebSocket(context);
			}
		};
	}

	@Bean
	DispatcherServletCheck channelsDispatcherServletCheck(WebApplicationContext context, RouteTable routes) {
		return new DispatcherServletCheck(context, routes);
	}

	@Bean
	ConnectionLifecycle channelsConnectionLifecycle(ConnectionManager connections, ChannelsProperties properties,
			Environment environment) {
		return new ConnectionLifecycle(connections, ShutdownTimeout.of(properties, environment));
	}

}
