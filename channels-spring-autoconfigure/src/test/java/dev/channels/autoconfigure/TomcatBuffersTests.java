package dev.channels.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.mock.web.MockServletContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link TomcatBuffers} and {@link TomcatMessageSizes}.
 */
class TomcatBuffersTests {

	private final MockEnvironment environment = new MockEnvironment();

	private final SpringApplication application = new SpringApplication();

	private String before;

	@BeforeEach
	void unset() {
		this.before = System.clearProperty(TomcatBuffers.SYSTEM_PROPERTY);
		this.application.setWebApplicationType(WebApplicationType.SERVLET);
	}

	@AfterEach
	void restore() {
		System.clearProperty(TomcatBuffers.SYSTEM_PROPERTY);
		if (this.before != null) {
			System.setProperty(TomcatBuffers.SYSTEM_PROPERTY, this.before);
		}
	}

	@Test
	void areSmall() {
		assertThat(process()).isEqualTo("1024");
		assertThat(TomcatBuffers.areSmall()).isTrue();
	}

	@Test
	void areLeftAloneOnDemand() {
		this.environment.setProperty("channels.tomcat.small-buffers", "false");
		assertThat(process()).isNull();
	}

	@Test
	void areAsTheUserWants() {
		System.setProperty(TomcatBuffers.SYSTEM_PROPERTY, "4096");
		assertThat(process()).isEqualTo("4096");
	}

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = "SERVLET", mode = EnumSource.Mode.EXCLUDE)
	void areLeftAloneInOtherApplications(WebApplicationType type) {
		this.application.setWebApplicationType(type);
		assertThat(process()).isNull();
	}

	@Test
	void areLeftAloneInATomcatThatWasThereBefore() {
		this.environment.getPropertySources().addLast(new MapPropertySource("servletContextInitParams", Map.of()));
		assertThat(process()).isNull();
	}

	@Test
	void aTomcatThatComesWithTheApplicationIsItsOwn() {
		this.environment.getPropertySources()
			.addLast(new PropertySource.StubPropertySource("servletContextInitParams"));
		assertThat(process()).isEqualTo("1024");
	}

	@Test
	void areSetBeforeTheApplicationStarts() {
		DeferredLogFactory logs = (log) -> log.get();
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation()
			.load(EnvironmentPostProcessor.class, ArgumentResolver.of(DeferredLogFactory.class, logs)))
			.hasAtLeastOneElementOfType(TomcatBuffers.class);
	}

	@Test
	void messagesOfOtherEndpointsMayBeAsLargeAsEver() {
		process();
		MockServletContext context = new MockServletContext();
		new TomcatMessageSizes().onStartup(context);
		assertThat(context.getInitParameter("org.apache.tomcat.websocket.textBufferSize")).isEqualTo("8192");
		assertThat(context.getInitParameter("org.apache.tomcat.websocket.binaryBufferSize")).isEqualTo("8192");
	}

	@Test
	void sizesThatTheApplicationHasSetCount() {
		process();
		MockServletContext context = new MockServletContext();
		context.setInitParameter("org.apache.tomcat.websocket.textBufferSize", "2000");
		new TomcatMessageSizes().onStartup(context);
		assertThat(context.getInitParameter("org.apache.tomcat.websocket.textBufferSize")).isEqualTo("2000");
		assertThat(context.getInitParameter("org.apache.tomcat.websocket.binaryBufferSize")).isEqualTo("8192");
	}

	private String process() {
		new TomcatBuffers().postProcessEnvironment(this.environment, this.application);
		return System.getProperty(TomcatBuffers.SYSTEM_PROPERTY);
	}

}
