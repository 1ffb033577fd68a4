package dev.channels.consumer;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

import dev.channels.ChannelsConfigurationException;
import dev.channels.layer.DidYouMean;
import dev.channels.routing.PathRoute;

import org.springframework.core.MethodParameter;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;
import org.springframework.web.bind.annotation.PathVariable;

/**
 * Finds parameters for path variables that the paths of a consumer do not have: what is
 * required on the path that is being prepared, what is optional on none of them.
 */
final class PathVariableCheck {

	private final PathRoute route;

	private final List<PathRoute> siblings;

	private final StringValueResolver names;

	/**
	 * Create a check.
	 * @param route the route that is being prepared
	 * @param siblings all routes of its consumer, this one among them
	 * @param names resolves placeholders in names
	 */
	PathVariableCheck(PathRoute route, List<PathRoute> siblings, StringValueResolver names) {
		this.route = route;
		this.siblings = siblings;
		this.names = names;
	}

	void requireDeclared(Handler handler) {
		for (MethodParameter parameter : handler.annotated(PathVariable.class)) {
			String name = nameOf(parameter);
			boolean required = isRequired(parameter);
			List<PathRoute> routes = required ? List.of(this.route) : this.siblings;
			List<String> variables = routes.stream().flatMap((it) -> it.variables().stream()).distinct().toList();
			if (!variables.contains(name)) {
				throw undeclared(handler, parameter, name, routes, variables);
			}
		}
	}

	private String nameOf(MethodParameter parameter) {
		PathVariable annotation = parameter.getParameterAnnotation(PathVariable.class);
		String name = (annotation != null) ? annotation.name() : "";
		String resolved = StringUtils.hasLength(name) ? this.names.resolveStringValue(name)
				: parameter.getParameterName();
		return Objects.requireNonNullElse(resolved, "");
	}

	private static boolean isRequired(MethodParameter parameter) {
		PathVariable annotation = parameter.getParameterAnnotation(PathVariable.class);
		return annotation != null && annotation.required() && !parameter.isOptional();
	}

	private ChannelsConfigurationException undeclared(Handler handler, MethodParameter parameter, String name,
			List<PathRoute> routes, List<String> variables) {
		String paths = routes.stream()
			.map((it) -> it.location() + ".path '" + it.path() + "'")
			.collect(Collectors.joining(" and "));
		boolean one = routes.size() == 1;
		String known = variables.isEmpty() ? ""
				: "Variables of " + (one ? "this path" : "these paths") + " are " + variables + ". ";
		return new ChannelsConfigurationException(
				"Consumer '" + this.route.consumer() + "' takes the path variable '" + name + "' (" + handler
						+ ", parameter " + parameter.getParameterIndex() + " '" + parameter.getParameterName()
						+ "'), but " + paths + (one ? " has" : " have") + " no variable '" + name + "'"
						+ DidYouMean.suffix(name, variables),
				known + (isRequired(parameter) ? "Add {" + name
						+ "} to the path, or write @PathVariable(required = false) if only other paths " + "have it."
						: "Add {" + name + "} to a path, or remove the parameter."));
	}

}
