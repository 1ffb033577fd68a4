package dev.channels.consumer;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.channels.ChannelsConfigurationException;
import dev.channels.InvalidNameException;
import dev.channels.layer.DidYouMean;
import dev.channels.layer.GroupName;
import dev.channels.routing.PathRoute;

/**
 * A group name with path variables in braces.
 */
final class GroupTemplate {

	private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

	private final String template;

	private GroupTemplate(String template) {
		this.template = template;
	}

	/**
	 * Create a template.
	 * @throws ChannelsConfigurationException if it can never give a legal name
	 */
	static GroupTemplate of(String template, String consumer, PathRoute route) {
		List<String> variables = route.variables();
		Matcher matcher = VARIABLE.matcher(template);
		while (matcher.find()) {
			if (!variables.contains(matcher.group(1))) {
				throw new ChannelsConfigurationException(
						"Consumer '" + consumer + "' joins the group '" + template + "', but " + route.location()
								+ ".path '" + route.path() + "' has no variable '" + matcher.group(1) + "'"
								+ DidYouMean.suffix(matcher.group(1), variables),
						variables.isEmpty() ? "Add {" + matcher.group(1) + "} to the path."
								: "Variables of this path are " + variables + ".");
			}
		}
		try {
			GroupName.of(VARIABLE.matcher(template).replaceAll("x"));
		}
		catch (InvalidNameException ex) {
			throw new ChannelsConfigurationException(
					"Consumer '" + consumer + "' joins the group '" + template + "', which is no group name",
					"Use ASCII letters, digits, hyphens, underscores and periods, and {variables} of the path.", ex);
		}
		return new GroupTemplate(template);
	}

	String expand(Map<String, String> variables) {
		return VARIABLE.matcher(this.template)
			.replaceAll((match) -> Matcher.quoteReplacement(variables.getOrDefault(match.group(1), "")));
	}

}
