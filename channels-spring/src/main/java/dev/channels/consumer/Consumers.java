package dev.channels.consumer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

import dev.channels.ChannelsConfigurationException;
import dev.channels.connection.ConnectionHandler;
import dev.channels.layer.ChannelLayer;
import dev.channels.layer.ChannelLayers;
import dev.channels.layer.DropCounter;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import dev.channels.routing.WorkerRoute;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.config.EmbeddedValueResolver;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.convert.ConversionService;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.messaging.handler.invocation.HandlerMethodArgumentResolver;
import org.springframework.validation.Validator;

/**
 * Brings routes and consumers together, and finds at start what cannot work.
 *
 * @since 0.1.0
 */
public final class Consumers {

	private final ConfigurableApplicationContext context;

	private final ConsumerRegistry registry;

	private final ChannelLayers layers;

	private final HandlerFactory handlerFactory;

	private final MessageReader reader;

	private final ResultTypes results;

	private final Executor executor;

	private final DropCounter drops;

	/**
	 * Create the consumers' side of an application.
	 * @param context the application, whose {@code @ControllerAdvice} beans handle
	 * exceptions
	 * @param layers the channel layers
	 * @param mapper the application's mapper, which reads clients' messages
	 * @param executor runs code of the application
	 * @param drops where to count events without a handler
	 * @param validator validates payloads, may be {@code null}
	 * @param configurers extensions of the application
	 */
	public Consumers(ConfigurableApplicationContext context, ChannelLayers layers, JsonMapper mapper, Executor executor,
			DropCounter drops, @Nullable Validator validator, List<ChannelsConfigurer> configurers) {
		this.context = context;
		this.layers = layers;
		this.executor = executor;
		this.drops = drops;
		this.registry = new ConsumerRegistry(context.getBeanFactory());
		this.reader = new MessageReader(mapper);
		this.results = new ResultTypes(mapper);
		List<HandlerMethodArgumentResolver> resolvers = new ArrayList<>();
		configurers.forEach((configurer) -> configurer.addArgumentResolvers(resolvers));
		this.handlerFactory = new HandlerFactory(resolvers,
				NamedValueResolver.all(conversionService(), context.getBeanFactory()), this.reader,
				new PayloadValidator(validator), new ReservedProperties(mapper), this.results,
				new KotlinFunctions(executor, context.getClassLoader()));
	}

	private ConversionService conversionService() {
		ConversionService service = this.context.getBeanFactory().getConversionService();
		return (service != null) ? service : new DefaultFormattingConversionService();
	}

	/**
	 * Prepare the consumer of a path.
	 * @param route the route
	 * @param routes all routes, this one among them
	 * @return what serves its connections
	 * @throws ChannelsConfigurationException if the route and its consumer cannot work
	 */
	public Served serve(PathRoute route, RouteTable routes) {
		ConsumerModel model = model(route.consumer(), route.location(), true);
		PathVariableCheck variables = new PathVariableCheck(route, routes.pathsOf(route.consumer()),
				new EmbeddedValueResolver(this.context.getBeanFactory()));
		model.methods().all().forEach(variables::requireDeclared);
		model.exceptions().own().forEach(variables::requireDeclared);
		List<GroupTemplate> groups = Arrays.stream(model.definition().annotation().groups())
			.map((template) -> GroupTemplate.of(template, model.name(), route))
			.toList();
		return new Served(layerOf(model), (connection) -> new ConsumerConnectionHandler(model, groups, connection));
	}

	/**
	 * Prepare the consumer of a worker channel.
	 * @param route the route
	 * @param routes all routes, this one among them
	 * @return what serves its events
	 * @throws ChannelsConfigurationException if the route and its consumer cannot work
	 */
	public ServedChannel serve(WorkerRoute route, RouteTable routes) {
		ConsumerModel model = model(route.consumer(), route.location(), false);
		WorkerCheck.requireUsable(model, route, routes);
		return new ServedChannel(layerOf(model), () -> new WorkerConsumer(model));
	}

	private ConsumerModel model(String name, String location, boolean connected) {
		ConsumerDefinition definition = this.registry.require(name, location, this.layers);
		HandlerMethods methods = new HandlerMethods(definition.type(), this.handlerFactory, connected);
		ExceptionHandlers exceptions = new ExceptionHandlers(definition.type(), this.context, this.handlerFactory,
				connected);
		this.registry.check(definition, methods, exceptions);
		return new ConsumerModel(definition, methods, exceptions, this.registry, this.reader, this.results,
				this.executor, this.drops, new Refusals());
	}

	private ChannelLayer layerOf(ConsumerModel model) {
		return this.layers.get(model.definition().annotation().layer());
	}

	/**
	 * What serves the connections of a path.
	 *
	 * @param layer carries their events
	 * @param handlers create their handlers
	 */
	public record Served(ChannelLayer layer, ConnectionHandler.Factory handlers) {

	}

	/**
	 * What serves the events of a worker channel.
	 *
	 * @param layer carries the events
	 * @param consumers create instances
	 */
	public record ServedChannel(ChannelLayer layer, Supplier<WorkerConsumer> consumers) {

	}

}
