package dev.channels.benchmarks.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps servers and driver off each other's core, where the system has {@code taskset}
 * and more than one core.
 */
final class Cores {

	private static final String SERVER = "0";

	private static final String DRIVER = "1";

	private static final boolean available = Runtime.getRuntime().availableProcessors() > 1
			&& succeeds("taskset", "-V");

	private Cores() {
	}

	static boolean available() {
		return available;
	}

	static List<String> forServer(List<String> command) {
		return on(SERVER, command);
	}

	static List<String> forDriver(List<String> command) {
		return on(DRIVER, command);
	}

	/**
	 * Move a running process to where the driver is.
	 */
	static void moveToDriver(long pid) {
		if (available) {
			succeeds("taskset", "-a", "-p", "-c", DRIVER, Long.toString(pid));
		}
	}

	private static List<String> on(String core, List<String> command) {
		if (!available) {
			return command;
		}
		List<String> result = new ArrayList<>(List.of("taskset", "-c", core));
		result.addAll(command);
		return result;
	}

	private static boolean succeeds(String... command) {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

}
