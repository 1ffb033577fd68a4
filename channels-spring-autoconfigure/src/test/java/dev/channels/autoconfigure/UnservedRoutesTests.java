package dev.channels.autoconfigure;

import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.channels.Channels;
import dev.channels.Consumer;
import dev.channels.OnEvent;
import jakarta.servlet.ServletRegistration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.ApplicationContextAssertProvider;
import org.springframework.boot.test.context.runner.AbstractApplicationContextRunner;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.mock.web.MockServletContext;
import org.springframework.web.context.ConfigurableWebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.socket.server.support.WebSocketHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Promise 9 for routes of connections in applications that cannot serve them.
 */
@ExtendWith(OutputCaptureExtension.class)
class UnservedRoutesTests {

	private static final AutoConfigurations AUTO_CONFIGURATIONS = AutoConfigurations.of(JacksonAutoConfiguration.class,
			ChannelsAutoConfiguration.class, ChannelsWebSocketAutoConfiguration.class,
			ChannelsUnservedRoutesAutoConfiguration.class);

	private final WebApplicationContextRunner servlet = with(new WebApplicationContextRunner())
		.withConfiguration(AutoConfigurations.of(WebMvcAutoConfiguration.class));

	@BeforeAll
	static void hear() {
		level(Level.INFO);
	}

	@AfterAll
	static void restore() {
		level(null);
	}

	private static void level(Level level) {
		((Logger) LoggerFactory.getLogger(UnservedRoutes.class)).setLevel(level);
	}

	@Test
	void aReactiveApplicationServesNoConnections() {
		with(new ReactiveWebApplicationContextRunner()).run((context) -> assertAnalysis(context,
				"channels.routes[1].path: '/ws' cannot be served: this is a reactive web application, and Channels "
						+ "serves connections in those on servlets",
				"Add org.springframework.boot:spring-boot-starter-webmvc to the application and, if it keeps WebFlux "
						+ "for its WebClient, set spring.main.web-application-type=servlet. For workers alone set "
						+ "spring.main.web-application-type=none, or remove the path."));
	}

	@Test
	void aReactiveApplicationMayHaveWorkers() {
		new ReactiveWebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(Both.class)
			.withPropertyValues("channels.routes[0].channel=jobs", "channels.routes[0].consumer=both")
			.run((context) -> assertThat(context).hasSingleBean(Channels.class));
	}

	@Test
	void aNodeForWorkersSaysOnceWhatItDoesNotServe(CapturedOutput output) {
		with(new ApplicationContextRunner()).run((context) -> assertThat(context).hasSingleBean(Channels.class)
			.doesNotHaveBean(WebSocketHandlerMapping.class));
		assertThat(output)
			.containsOnlyOnce("This is no web application: it serves worker channels, and no connections at [/ws]");
	}

	@Test
	void aNodeWithoutRoutesSaysNothing(CapturedOutput output) {
		new ApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasSingleBean(Channels.class));
		assertThat(output).doesNotContain("no web application");
	}

	@Test
	void withoutWebSocketSupportOfSpring() {
		this.servlet.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader(WebSocketHandlerMapping.class))
			.run((context) -> assertAnalysis(context,
					"channels.routes[1].path: '/ws' cannot be served: Spring MVC with WebSocket is not there",
					"Add org.springframework.boot:spring-boot-starter-websocket to the application, and do not exclude "
							+ "ChannelsWebSocketAutoConfiguration."));
	}

	@Test
	void withoutSpringMvc() {
		with(new WebApplicationContextRunner()).withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
			.run((context) -> assertAnalysis(context,
					"channels.routes[1].path: '/ws' cannot be served: Spring MVC with WebSocket is not there", null));
	}

	@Test
	void withoutRoutesOfConnectionsNothingIsMissing() {
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.withClassLoader(new FilteredClassLoader(WebSocketHandlerMapping.class))
			.run((context) -> assertThat(context).hasSingleBean(Channels.class));
		new WebApplicationContextRunner().withConfiguration(AUTO_CONFIGURATIONS)
			.run((context) -> assertThat(context).hasSingleBean(Channels.class));
	}

	@Test
	void withoutDispatcherServlet() {
		this.servlet.run((context) -> assertAnalysis(context,
				"channels.routes[1].path: '/ws' cannot be served: there is no DispatcherServlet, which handshakes come "
						+ "through",
				"Do not exclude DispatcherServletAutoConfiguration, or register a DispatcherServlet."));
	}

	@Test
	void withADispatcherServletInWhicheverWay() {
		this.servlet.withConfiguration(AutoConfigurations.of(DispatcherServletAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed());
		this.servlet.withInitializer((context) -> registered(context, DispatcherServlet.class.getName()))
			.run((context) -> assertThat(context).hasNotFailed());
		this.servlet.withInitializer((context) -> registered(context, "com.example.NoDispatcherServlet"))
			.run((context) -> assertThat(context).hasFailed());
	}

	private static void registered(ConfigurableApplicationContext context, String servletClass) {
		ServletRegistration registration = mock();
		given(registration.getClassName()).willReturn(servletClass);
		((ConfigurableWebApplicationContext) context).setServletContext(new MockServletContext() {

			@Override
			public Map<String, ? extends ServletRegistration> getServletRegistrations() {
				return Map.of("dispatcher", registration);
			}

		});
	}

	@Test
	void lazyInitializationChecksAllTheSame() {
		this.servlet
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context).hasFailed());
		with(new ReactiveWebApplicationContextRunner())
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context).hasFailed());
	}

	private static <R extends AbstractApplicationContextRunner<R, ?, ?>> R with(R runner) {
		return runner.withConfiguration(AUTO_CONFIGURATIONS)
			.withUserConfiguration(Both.class)
			.withPropertyValues("channels.routes[0].channel=jobs", "channels.routes[0].consumer=both",
					"channels.routes[1].path=/ws", "channels.routes[1].consumer=both");
	}

	private static void assertAnalysis(ApplicationContextAssertProvider<?> context, String description, String action) {
		assertThat(context).hasFailed();
		FailureAnalysis analysis = new ChannelsConfigurationFailureAnalyzer().analyze(context.getStartupFailure());
		assertThat(analysis).as("analysis of " + context.getStartupFailure()).isNotNull();
		assertThat(analysis.getDescription()).isEqualTo(description);
		if (action != null) {
			assertThat(analysis.getAction()).isEqualTo(action);
		}
	}

	@Consumer("both")
	static class Both {

		@OnEvent("job")
		void job() {
		}

	}

}
