package dev.channels.routing;

import java.util.List;

import dev.channels.ConnectionSettings;

import org.springframework.web.util.pattern.PathPattern;

/**
 * A path whose connections a consumer serves.
 *
 * @param location where the route is configured, for messages: {@code channels.routes[0]}
 * @param path a {@link PathPattern}; it matches with and without a trailing slash
 * @param consumer the name of the consumer
 * @param allowedOrigins origins that may connect beside the same origin. With an asterisk
 * they are patterns
 * @param subprotocols the subprotocols that are supported; the first of the client's that
 * is among them is agreed on
 * @param settings the limits of its connections
 * @since 0.1.0
 */
public record PathRoute(String location, String path, String consumer, List<String> allowedOrigins,
		List<String> subprotocols, ConnectionSettings settings) {

	/**
	 * Create a route.
	 */
	public PathRoute {
		allowedOrigins = List.copyOf(allowedOrigins);
		subprotocols = List.copyOf(subprotocols);
	}

	/**
	 * Return the patterns to register: with and without a trailing slash, as far as that
	 * makes a difference.
	 * @return one or two patterns
	 */
	public List<String> patterns() {
		if (this.path.equals("/") || this.path.endsWith("**") || this.path.matches(".*\\{\\*[^/]*}")) {
			return List.of(this.path);
		}
		String withoutSlash = this.path.endsWith("/") ? this.path.substring(0, this.path.length() - 1) : this.path;
		return List.of(withoutSlash, withoutSlash + "/");
	}

	/**
	 * Return the names of the path variables.
	 * @return the names in their order
	 */
	public List<String> variables() {
		return PathVariable.in(this.path).stream().map(PathVariable::name).toList();
	}

}
