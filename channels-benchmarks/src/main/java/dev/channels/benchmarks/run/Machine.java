package dev.channels.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells what it was measured on.
 */
final class Machine {

	private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

	private Machine() {
	}

	static String describe(Jdk jdk) {
		return "%d x %s, %s %s, JDK %s. %s".formatted(Runtime.getRuntime().availableProcessors(), cpu(),
				System.getProperty("os.name"), System.getProperty("os.version"), jdk.version(),
				Cores.available() ? "Servers have CPU 0, driver and Redis CPU 1." : "Nothing is pinned to a core.");
	}

	private static String cpu() {
		try {
			return Files.readAllLines(CPU_INFO)
				.stream()
				.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).trim())
				.findFirst()
				.orElse(System.getProperty("os.arch"));
		}
		catch (IOException ex) {
			return System.getProperty("os.arch");
		}
	}

}
