package dev.channels.consumer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;

import dev.channels.ConnectionSettings;
import dev.channels.RetryPolicy;
import dev.channels.connection.ConnectionHandler;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.TestLayer;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import dev.channels.routing.WorkerRoute;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.validation.Validator;

/**
 * An application with consumers, and one in-memory layer.
 */
public final class TestContext implements AutoCloseable {

	public static final JsonMapper MAPPER = JsonMapper.builder().build();

	public final TestLayer layer = new TestLayer();

	public final AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();

	private final ChannelLayers layers = new ChannelLayers(Map.of("default", this.layer.layer), this.layer.codec,
			this.layer.drops);

	private final List<ChannelsConfigurer> configurers = new ArrayList<>();

	private Executor executor = Runnable::run;

	private Validator validator;

	private Consumers consumers;

	public TestContext(Class<?>... classes) {
		this.context.addBeanFactoryPostProcessor(new ConsumerScopes());
		if (classes.length > 0) {
			this.context.register(classes);
		}
	}

	public TestContext executor(Executor executor) {
		this.executor = executor;
		return this;
	}

	TestContext validator(Validator validator) {
		this.validator = validator;
		return this;
	}

	TestContext configurer(ChannelsConfigurer configurer) {
		this.configurers.add(configurer);
		return this;
	}

	/**
	 * Return the consumers, and start the application for that.
	 */
	public Consumers consumers() {
		if (this.consumers == null) {
			this.context.refresh();
			this.consumers = new Consumers(this.context, this.layers, MAPPER, this.executor, this.layer.drops,
					this.validator, this.configurers);
		}
		return this.consumers;
	}

	/**
	 * Return the registry alone, which finds consumers and has not looked into them.
	 */
	ConsumerRegistry registry() {
		this.context.refresh();
		return new ConsumerRegistry(this.context.getBeanFactory());
	}

	ConsumerDefinition require(ConsumerRegistry registry, String name) {
		return registry.require(name, "channels.routes[0]", this.layers);
	}

	ConnectionHandler serve(String consumer, FakeConnection connection) {
		String variables = connection.pathVariables()
			.keySet()
			.stream()
			.map((name) -> "/{" + name + "}")
			.collect(Collectors.joining());
		return serve(path("/ws" + variables, consumer)).handlers().create(connection);
	}

	/**
	 * Prepare the only route.
	 */
	Consumers.Served serve(PathRoute route) {
		return consumers().serve(route, new RouteTable(List.of(route), List.of()));
	}

	WorkerConsumer work(String consumer) {
		return serve(worker("jobs", consumer)).consumers().get();
	}

	/**
	 * Prepare the only route.
	 */
	Consumers.ServedChannel serve(WorkerRoute route) {
		return consumers().serve(route, new RouteTable(List.of(), List.of(route)));
	}

	public static PathRoute path(String path, String consumer) {
		return new PathRoute("channels.routes[0]", path, consumer, List.of(), List.of(), ConnectionSettings.defaults());
	}

	public static WorkerRoute worker(String channel, String consumer) {
		return new WorkerRoute("channels.routes[0]", channel, consumer, 1, RetryPolicy.defaults());
	}

	@Override
	public void close() {
		this.context.close();
	}

}
