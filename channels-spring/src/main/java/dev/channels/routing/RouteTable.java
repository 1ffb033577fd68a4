package dev.channels.routing;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import dev.channels.ChannelsConfigurationException;

import org.springframework.web.util.pattern.PathPatternParser;
import org.springframework.web.util.pattern.PatternParseException;

/**
 * All routes of an application. Of several paths that match, the most specific one
 * counts, not the first.
 *
 * @since 0.1.0
 */
public final class RouteTable {

	private final List<PathRoute> paths;

	private final List<WorkerRoute> workers;

	/**
	 * Create a table.
	 * @param paths the routes of connections
	 * @param workers the routes of worker channels
	 * @throws ChannelsConfigurationException if a pattern cannot be used, or two routes
	 * are for the same
	 */
	public RouteTable(List<PathRoute> paths, List<WorkerRoute> workers) {
		this.paths = List.copyOf(paths);
		this.workers = List.copyOf(workers);
		this.paths.forEach(RouteTable::requireUsablePattern);
		requireUniquePaths();
		requireUniqueChannels();
	}

	/**
	 * Return the routes of connections.
	 * @return unmodifiable list
	 */
	public List<PathRoute> paths() {
		return this.paths;
	}

	/**
	 * Return the routes of worker channels.
	 * @return unmodifiable list
	 */
	public List<WorkerRoute> workers() {
		return this.workers;
	}

	/**
	 * Return the routes of connections that a consumer serves.
	 * @param consumer the name of the consumer
	 * @return unmodifiable list
	 */
	public List<PathRoute> pathsOf(String consumer) {
		return this.paths.stream().filter((route) -> route.consumer().equals(consumer)).toList();
	}

	private static void requireUsablePattern(PathRoute route) {
		try {
			route.patterns().forEach(PathPatternParser.defaultInstance::parse);
		}
		catch (PatternParseException ex) {
			throw new ChannelsConfigurationException(
					route.location() + ".path: '" + route.path() + "' is no path pattern: " + ex.getMessage(),
					"Write a pattern such as /ws/chat/{room} or /ws/chat/{room:[\\w-]+}.", ex);
		}
		for (PathVariable variable : PathVariable.in(route.path())) {
			String regex = variable.regex();
			if (regex != null && Pattern.compile(regex).matcher("").groupCount() > 0) {
				throw new ChannelsConfigurationException(
						route.location() + ".path: the variable " + variable.source()
								+ " has a capture group, which Spring's path patterns do not support",
						"Write a group that does not capture: {" + variable.name() + ":" + withoutCaptureGroups(regex)
								+ "}.");
			}
		}
	}

	private static String withoutCaptureGroups(String regex) {
		return regex.replaceAll("(?<!\\\\)\\((?:\\?<\\w+>|(?!\\?))", "(?:");
	}

	private void requireUniquePaths() {
		Map<String, PathRoute> known = new HashMap<>();
		for (PathRoute route : this.paths) {
			PathRoute other = known.putIfAbsent(shapeOf(route), route);
			if (other != null) {
				throw new ChannelsConfigurationException(
						route.location() + ".path: '" + route.path() + "' matches the same paths as '" + other.path()
								+ "' of " + other.location(),
						"Remove one of the two routes, or make their paths different.");
			}
		}
	}

	/**
	 * The pattern without what makes no difference: names of variables and a trailing
	 * slash.
	 */
	private static String shapeOf(PathRoute route) {
		String shape = route.patterns().get(0);
		for (PathVariable variable : PathVariable.in(shape)) {
			String anonymous = variable.source().startsWith("{*") ? "**"
					: "{" + ((variable.regex() != null) ? ":" + variable.regex() : "") + "}";
			shape = shape.replace(variable.source(), anonymous);
		}
		return shape;
	}

	private void requireUniqueChannels() {
		Map<String, WorkerRoute> known = new HashMap<>();
		for (WorkerRoute route : this.workers) {
			WorkerRoute other = known.putIfAbsent(route.channel(), route);
			if (other != null) {
				throw new ChannelsConfigurationException(route.location() + ".channel: '" + route.channel()
						+ "' is routed by " + other.location() + " already",
						"Remove one of the two routes; for more workers raise its concurrency.");
			}
		}
	}

}
