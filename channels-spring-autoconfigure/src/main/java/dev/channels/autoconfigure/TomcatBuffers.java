package dev.channels.autoconfigure;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;

/**
 * Makes the buffers small that Tomcat allocates for each WebSocket connection beside
 * those for messages. Tomcat knows one size for the whole JVM, a system property that it
 * reads when its classes are loaded: so it is set before, and only where Tomcat belongs
 * to the application, and nobody else has set it.
 * <p>
 * The size is also Tomcat's default for the largest message of an endpoint, which
 * {@link TomcatMessageSizes} restores.
 */
final class TomcatBuffers implements EnvironmentPostProcessor, Ordered {

	static final String SYSTEM_PROPERTY = "org.apache.tomcat.websocket.DEFAULT_BUFFER_SIZE";

	private static final String PROPERTY = "channels.tomcat.small-buffers";

	private static final String TOMCAT = "org.apache.tomcat.websocket.server.WsServerContainer";

	private static final String WAR_SOURCE = "servletContextInitParams";

	private static final int SIZE = 1024;

	/**
	 * Whether the system property is ours. It stays so for further applications in this
	 * JVM.
	 */
	private static volatile boolean small;

	/**
	 * Whether we have made the buffers small.
	 */
	static boolean areSmall() {
		return small;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (application.getWebApplicationType() == WebApplicationType.SERVLET && isPresent() && !isWar(environment)
				&& Binder.get(environment).bind(PROPERTY, Boolean.class).orElse(true)
				&& System.getProperty(SYSTEM_PROPERTY) == null) {
			System.setProperty(SYSTEM_PROPERTY, Integer.toString(SIZE));
			small = true;
		}
	}

	private static boolean isPresent() {
		return ClassUtils.isPresent(TOMCAT, TomcatBuffers.class.getClassLoader());
	}

	/**
	 * Whether Tomcat was there before the application, and may serve others.
	 */
	private static boolean isWar(ConfigurableEnvironment environment) {
		@Nullable PropertySource<?> source = environment.getPropertySources().get(WAR_SOURCE);
		return source != null && !(source instanceof PropertySource.StubPropertySource);
	}

	/**
	 * After all configuration has been read.
	 */
	@Override
	public int getOrder() {
		return LOWEST_PRECEDENCE;
	}

}
