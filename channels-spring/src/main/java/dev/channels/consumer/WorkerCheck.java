package dev.channels.consumer;

import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.channels.ChannelsConfigurationException;
import dev.channels.OnConnect;
import dev.channels.OnDisconnect;
import dev.channels.OnReceive;
import dev.channels.routing.RouteTable;
import dev.channels.routing.WorkerRoute;

/**
 * Finds what a consumer of a worker channel has and a worker cannot use, or lacks.
 */
final class WorkerCheck {

	private static final Map<HandlerKind, Class<? extends Annotation>> OF_CONNECTIONS = new TreeMap<>(
			Map.of(HandlerKind.CONNECT, OnConnect.class, HandlerKind.RECEIVE, OnReceive.class, HandlerKind.DISCONNECT,
					OnDisconnect.class));

	private WorkerCheck() {
	}

	static void requireUsable(ConsumerModel model, WorkerRoute route, RouteTable routes) {
		String where = "Consumer '" + model.name() + "' serves " + route.location() + ".channel '" + route.channel()
				+ "'";
		if (model.methods().all().isEmpty()) {
			throw new ChannelsConfigurationException(where + ", but has no @OnEvent handler",
					"Annotate a method with @OnEvent: a worker handles nothing but events.");
		}
		List<String> useless = ofConnections(model.definition());
		if (!useless.isEmpty() && routes.pathsOf(model.name()).isEmpty()) {
			throw new ChannelsConfigurationException(
					where + " and no path, but has what only connections use: " + String.join(", ", useless),
					"Remove it, or route a path to the consumer: a worker handles nothing but events.");
		}
		model.methods().all().forEach(WorkerCheck::requireNothingToSend);
	}

	private static List<String> ofConnections(ConsumerDefinition definition) {
		List<String> result = new ArrayList<>();
		OF_CONNECTIONS.forEach((kind, annotation) -> HandlerMethods.find(definition.type(), annotation)
			.keySet()
			.forEach((method) -> result.add(kind.describe(method))));
		String[] groups = definition.annotation().groups();
		if (groups.length > 0) {
			result.add("groups " + Arrays.toString(groups));
		}
		return result;
	}

	/**
	 * There is no client to send it to.
	 */
	private static void requireNothingToSend(Handler handler) {
		ResultType.Kind kind = handler.result().kind();
		if (kind != ResultType.Kind.NOTHING && kind != ResultType.Kind.STAGE) {
			throw HandlerErrors.nobodyToSendTo(handler.toString(), handler.result());
		}
	}

}
