package dev.channels.routing;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A variable in a path pattern. Spring's parser knows them as well, but does not tell.
 *
 * @param name the name, without the asterisk of one that takes the rest of the path
 * @param regex its regular expression, or {@code null}
 * @param source how it is written, with its braces
 */
record PathVariable(String name, @Nullable String regex, String source) {

	/**
	 * Find the variables of a pattern whose braces match. A regular expression may have
	 * braces of its own.
	 */
	static List<PathVariable> in(String pattern) {
		List<PathVariable> variables = new ArrayList<>();
		int depth = 0;
		int start = 0;
		for (int i = 0; i < pattern.length(); i++) {
			char c = pattern.charAt(i);
			if (c == '\\') {
				i++;
			}
			else if (c == '{' && depth++ == 0) {
				start = i;
			}
			else if (c == '}' && --depth == 0) {
				variables.add(parse(pattern.substring(start, i + 1)));
			}
		}
		return variables;
	}

	private static PathVariable parse(String source) {
		String content = source.substring(1, source.length() - 1);
		int colon = content.indexOf(':');
		String name = (colon >= 0) ? content.substring(0, colon) : content;
		return new PathVariable(name.startsWith("*") ? name.substring(1) : name,
				(colon >= 0) ? content.substring(colon + 1) : null, source);
	}

}
