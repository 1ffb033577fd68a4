package dev.channels.test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A page of the documentation, whose code is to be what was run.
 *
 * @param text the whole page
 */
public record MarkdownPage(String text) {

	/**
	 * Read a page.
	 * @param name its path from the root of the project
	 */
	public static MarkdownPage read(String name) throws IOException {
		return new MarkdownPage(Files.readString(Path.of("..").resolve(name)));
	}

	/**
	 * Return the blocks of code in a language.
	 */
	public List<String> blocks(String language) {
		return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
			.matcher(this.text)
			.results()
			.map((block) -> block.group(1))
			.toList();
	}

}
