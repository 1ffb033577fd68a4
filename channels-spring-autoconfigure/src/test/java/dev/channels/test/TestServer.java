package dev.channels.test;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.channels.Channels;
import dev.channels.connection.ConnectionManager;
import dev.channels.layer.DropCounter;
import dev.channels.layer.DropReason;
import org.awaitility.Awaitility;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application on a free port, on the server that is on the classpath.
 */
public final class TestServer implements AutoCloseable {

	static {
		Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
		Awaitility.setDefaultPollDelay(Duration.ZERO);
	}

	private final ConfigurableApplicationContext context;

	private TestServer(ConfigurableApplicationContext context) {
		this.context = context;
	}

	public static Builder with(Class<?>... beans) {
		return new Builder(beans);
	}

	public int port() {
		return ((ServletWebServerApplicationContext) this.context).getWebServer().getPort();
	}

	public String serverClass() {
		return ((ServletWebServerApplicationContext) this.context).getWebServer().getClass().getSimpleName();
	}

	public String serverName() {
		return System.getProperty("channels.test.server", "tomcat");
	}

	public URI http(String path) {
		return URI.create("http://localhost:" + port() + path);
	}

	public URI ws(String path) {
		return URI.create("ws://localhost:" + port() + path);
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public Channels channels() {
		return bean(Channels.class);
	}

	public int connections() {
		return bean(ConnectionManager.class).count();
	}

	public long drops(DropReason reason) {
		return bean(DropCounter.class).total(reason);
	}

	public ConfigurableApplicationContext context() {
		return this.context;
	}

	@Override
	public void close() {
		this.context.close();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class TestApplication {

	}

	public static final class Builder {

		private final List<Class<?>> beans = new ArrayList<>();

		private final List<String> properties = new ArrayList<>();

		private int routes;

		private WebApplicationType type = WebApplicationType.SERVLET;

		private Builder(Class<?>... beans) {
			this.beans.add(TestApplication.class);
			this.beans.addAll(Arrays.asList(beans));
			this.properties.add("server.port=0");
			this.properties.add("spring.main.banner-mode=off");
			this.properties.add("spring.jmx.enabled=false");
		}

		public Builder route(String path, String consumer, String... settings) {
			return route("path", path, consumer, settings);
		}

		public Builder worker(String channel, String consumer, String... settings) {
			return route("channel", channel, consumer, settings);
		}

		private Builder route(String kind, String name, String consumer, String... settings) {
			String prefix = "channels.routes[" + this.routes++ + "].";
			this.properties.add(prefix + kind + "=" + name);
			this.properties.add(prefix + "consumer=" + consumer);
			for (String setting : settings) {
				this.properties.add(prefix + setting);
			}
			return this;
		}

		public Builder property(String property) {
			this.properties.add(property);
			return this;
		}

		public Builder type(WebApplicationType type) {
			this.type = type;
			return this;
		}

		public TestServer start() {
			return new TestServer(new SpringApplicationBuilder(this.beans.toArray(Class<?>[]::new)).web(this.type)
				.properties(this.properties.toArray(String[]::new))
				.run());
		}

	}

}
