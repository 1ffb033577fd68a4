package dev.channels.benchmarks.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.channels.benchmarks.driver.Driver;
import dev.channels.benchmarks.load.DriverOrder;
import dev.channels.benchmarks.load.Measurement;
import tools.jackson.databind.json.JsonMapper;

/**
 * Runs the driver in a process of its own.
 */
final class DriverProcess {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	private DriverProcess() {
	}

	/**
	 * Let it do something.
	 * @param log the file that gets its output
	 * @throws IllegalStateException if it could not
	 */
	static Measurement run(DriverOrder order, Jdk jdk, Path log) throws IOException, InterruptedException {
		ClassPath classPath = ClassPath.current().without("logback-");
		List<String> command = List.of(jdk.java(), "-Xms512m", "-Xmx1g", "-cp", classPath.toString(),
				Driver.class.getName(), mapper.writeValueAsString(order));
		Process process = new ProcessBuilder(Cores.forDriver(command)).redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		Thread killer = new Thread(process::destroyForcibly);
		Runtime.getRuntime().addShutdownHook(killer);
		try {
			process.waitFor();
		}
		finally {
			process.destroyForcibly();
			Runtime.getRuntime().removeShutdownHook(killer);
		}
		if (process.exitValue() != 0) {
			throw new IllegalStateException("Driver ended with " + process.exitValue() + ". " + new Log(log).tail());
		}
		return Files.readAllLines(log)
			.stream()
			.filter((line) -> line.startsWith(DriverOrder.ANSWER))
			.map((line) -> mapper.readValue(line.substring(DriverOrder.ANSWER.length()), Measurement.class))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException("The driver has said nothing. " + new Log(log).tail()));
	}

}
