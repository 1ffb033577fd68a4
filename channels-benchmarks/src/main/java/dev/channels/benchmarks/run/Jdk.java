package dev.channels.benchmarks.run;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * The JDK that servers and driver run on.
 *
 * @param home its directory
 * @param version its version
 */
public record Jdk(Path home, String version) {

	private static final Path PLACE = Path.of("/usr/lib/jvm");

	private static final String PREFERRED = "25";

	/**
	 * Find a JDK 25 among those of this machine, else take the one that runs this.
	 * @return the JDK
	 */
	public static Jdk find() {
		if (Files.isDirectory(PLACE)) {
			try (Stream<Path> homes = Files.list(PLACE)) {
				return homes.filter((home) -> Files.isExecutable(home.resolve("bin").resolve("javac")))
					.map(Jdk::at)
					.filter((jdk) -> jdk.version().split("\\.")[0].equals(PREFERRED))
					.findFirst()
					.orElseGet(Jdk::current);
			}
			catch (IOException ex) {
				return current();
			}
		}
		return current();
	}

	static Jdk at(Path home) {
		try {
			Properties release = new Properties();
			release.load(new StringReader(Files.readString(home.resolve("release"))));
			return new Jdk(home, release.getProperty("JAVA_VERSION", "?").replace("\"", ""));
		}
		catch (IOException ex) {
			return new Jdk(home, "?");
		}
	}

	static Jdk current() {
		return new Jdk(Path.of(System.getProperty("java.home")), System.getProperty("java.version"));
	}

	/**
	 * Return the command that starts it.
	 * @return a path
	 */
	public String java() {
		return this.home.resolve("bin").resolve("java").toString();
	}

}
