package dev.channels.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

import dev.channels.ChannelsConfigurationException;
import dev.channels.ConnectionSettings;
import dev.channels.RetryPolicy;
import dev.channels.autoconfigure.ChannelsProperties.Connection;
import dev.channels.autoconfigure.ChannelsProperties.Retry;
import dev.channels.autoconfigure.ChannelsProperties.Route;
import dev.channels.layer.ChannelName;
import dev.channels.routing.PathRoute;
import dev.channels.routing.RouteTable;
import dev.channels.routing.WorkerRoute;
import org.jspecify.annotations.Nullable;

/**
 * Makes a flat table of the nested routes in the properties.
 */
final class RoutesReader {

	private static final String ROUTES = "channels.routes";

	private static final Connection NO_CONNECTION = new Connection(null, null, null, null, null, null, null, null, null,
			null, null, null, null);

	private static final Retry NO_RETRY = new Retry(null, null, null);

	private final List<PathRoute> paths = new ArrayList<>();

	private final List<WorkerRoute> workers = new ArrayList<>();

	private final WrittenProperties written;

	private RoutesReader(WrittenProperties written) {
		this.written = written;
	}

	static RouteTable read(ChannelsProperties properties, WrittenProperties written) {
		RoutesReader reader = new RoutesReader(written);
		ConnectionSettings settings = checked("channels.connection",
				() -> merge(properties.connection(), ConnectionSettings.defaults()));
		Inherited top = new Inherited("", properties.allowedOrigins(), List.of(), settings, 1, RetryPolicy.defaults());
		reader.readAll(properties.routes(), ROUTES, top);
		return new RouteTable(reader.paths, reader.workers);
	}

	private void readAll(List<Route> routes, String location, Inherited parent) {
		for (int i = 0; i < routes.size(); i++) {
			read(routes.get(i), location + "[" + i + "]", parent);
		}
	}

	private void read(Route route, String location, Inherited parent) {
		Inherited settings = checked(location, () -> parent.with(route));
		if (!route.routes().isEmpty()) {
			if (route.consumer() != null || route.channel() != null) {
				throw new ChannelsConfigurationException(
						location + ": a route with routes below it has no consumer or channel of its own",
						"Move them to a route in " + location + ".routes.");
			}
			readAll(route.routes(), location + ".routes", settings);
			return;
		}
		if ((route.path() == null) == (route.channel() == null)) {
			throw (route.path() != null)
					? new ChannelsConfigurationException(
							location + ": a route has either a path or a channel, and this one has both",
							"Write a path for connections, or the name of a channel for workers.")
					: incomplete(location + ": a route has either a path or a channel, and this one has neither",
							"Write a path for connections, or the name of a channel for workers.");
		}
		String consumer = route.consumer();
		if (consumer == null || consumer.isBlank()) {
			throw incomplete(location + ".consumer: a route needs a consumer", "Write the name of a @Consumer.");
		}
		String channel = route.channel();
		if (channel != null) {
			refuse(location, "connections, and this route has a channel",
					Map.of("allowed-origins", route.allowedOrigins() != null, "subprotocols",
							route.subprotocols() != null, "connection", !route.connection().equals(NO_CONNECTION)));
			this.workers.add(workerRoute(location, channel, consumer, settings));
		}
		else {
			refuse(location, "worker channels, and this route has a path",
					Map.of("concurrency", route.concurrency() != null, "retry", !route.retry().equals(NO_RETRY)));
			this.paths.add(new PathRoute(location, settings.path(), consumer, settings.allowedOrigins(),
					settings.subprotocols(), settings.connection()));
		}
	}

	/**
	 * What is missing may be in a list that this one replaces.
	 */
	private ChannelsConfigurationException incomplete(String description, String action) {
		String explanation = this.written.explainHidden(ROUTES);
		return new ChannelsConfigurationException(description + explanation, explanation.isEmpty() ? action
				: action + " Write all routes in one place, whole, with placeholders for what differs, such as "
						+ "allowed-origins: ${ALLOWED_ORIGINS:}. Origins of all routes, and limits of all connections, "
						+ "can be set alone: channels.allowed-origins, channels.connection.");
	}

	private static void refuse(String location, String where, Map<String, Boolean> settings) {
		new TreeMap<>(settings).forEach((name, present) -> {
			if (present) {
				throw new ChannelsConfigurationException(location + "." + name + ": a setting of " + where,
						"Remove it, or move it to a route above that others share.");
			}
		});
	}

	private static WorkerRoute workerRoute(String location, String channel, String consumer, Inherited settings) {
		boolean isConnection = checked(location + ".channel", () -> ChannelName.of(channel).isConnection());
		if (isConnection) {
			throw new ChannelsConfigurationException(
					location + ".channel: '" + channel
							+ "' has an exclamation mark, which only names of connections have",
					"Use ASCII letters, digits, hyphens, underscores and periods.");
		}
		return new WorkerRoute(location, channel, consumer, settings.concurrency(), settings.retry());
	}

	private static ConnectionSettings merge(Connection own, ConnectionSettings base) {
		return new ConnectionSettings(or(own.connectTimeout(), base.connectTimeout()),
				or(own.joinTimeout(), base.joinTimeout()), or(own.maxMessageSize(), base.maxMessageSize()),
				or(own.outboundLimit(), base.outboundLimit()), or(own.sendBuffer(), base.sendBuffer()),
				or(own.slowConsumer(), base.slowConsumer()), or(own.sendTimeout(), base.sendTimeout()),
				or(own.pingInterval(), base.pingInterval()), or(own.pongTimeout(), base.pongTimeout()),
				or(own.idleTimeout(), base.idleTimeout()), or(own.maxLifetime(), base.maxLifetime()),
				or(own.messageTimeout(), base.messageTimeout()), or(own.handlerTimeout(), base.handlerTimeout()));
	}

	private static RetryPolicy merge(Retry own, RetryPolicy base) {
		return new RetryPolicy(or(own.maxAttempts(), base.maxAttempts()), or(own.backoff(), base.backoff()),
				or(own.maxBackoff(), base.maxBackoff()));
	}

	private static <T> T or(@Nullable T own, T inherited) {
		return (own != null) ? own : inherited;
	}

	private static <T> T checked(String location, Supplier<T> reading) {
		try {
			return reading.get();
		}
		catch (IllegalArgumentException ex) {
			throw new ChannelsConfigurationException(location + ": " + ex.getMessage(), "Change the value.", ex);
		}
	}

	private record Inherited(String path, List<String> allowedOrigins, List<String> subprotocols,
			ConnectionSettings connection, int concurrency, RetryPolicy retry) {

		Inherited {
			if (concurrency < 1) {
				throw new IllegalArgumentException("concurrency must be positive, not " + concurrency);
			}
		}

		Inherited with(Route route) {
			return new Inherited(join(this.path, route.path()), or(route.allowedOrigins(), this.allowedOrigins),
					or(route.subprotocols(), this.subprotocols), merge(route.connection(), this.connection),
					or(route.concurrency(), this.concurrency), merge(route.retry(), this.retry));
		}

		private static String join(String parent, @Nullable String path) {
			if (path == null) {
				return parent;
			}
			String prefix = parent.endsWith("/") ? parent.substring(0, parent.length() - 1) : parent;
			return prefix + (path.startsWith("/") ? path : "/" + path);
		}

	}

}
