package dev.channels.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process has written.
 *
 * @param file where
 */
record Log(Path file) {

	private static final int TAIL = 30;

	/**
	 * Return its end, for the text of an exception.
	 */
	String tail() {
		try {
			List<String> lines = Files.readAllLines(this.file);
			return "The end of " + this.file + ":\n"
					+ String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()));
		}
		catch (IOException ex) {
			return "It has no log: " + ex.getMessage();
		}
	}

}
