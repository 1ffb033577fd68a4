package dev.channels.benchmarks.run;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Scenario;

/**
 * Measures peers in turn, each with a server of its own, round by round.
 */
public final class LoadCommand {

	private static final Path DIRECTORY = Path.of("target", "benchmarks");

	private static final Path FILE = DIRECTORY.resolve("load.md");

	private final LoadOptions options;

	private final PrintStream out;

	private final Results results = new Results();

	private LoadCommand(LoadOptions options, PrintStream out) {
		this.options = options;
		this.out = out;
	}

	/**
	 * Return what can be asked for.
	 * @return some lines
	 */
	public static String usage() {
		return LoadOptions.USAGE;
	}

	/**
	 * Measure, print a table, and write it below {@code target/benchmarks}.
	 * @param arguments what to measure
	 * @param out where progress and table go
	 * @return whether nothing went wrong
	 * @throws IllegalArgumentException if an argument is wrong
	 * @throws Exception if a server or the driver does not run
	 */
	public static boolean run(List<String> arguments, PrintStream out) throws Exception {
		return new LoadCommand(LoadOptions.parse(arguments), out).run();
	}

	private boolean run() throws IOException, InterruptedException {
		this.out.println(Machine.describe(this.options.jdk()));
		Files.createDirectories(DIRECTORY);
		for (int round = 1; round <= this.options.rounds(); round++) {
			for (Scenario scenario : this.options.scenarios()) {
				for (Peer peer : inTurn(round)) {
					if (peer.supports(scenario)) {
						measure(scenario, peer, round);
					}
				}
			}
			Files.writeString(FILE, new Report(this.options, this.results).write());
		}
		this.out.println();
		this.out.println(Files.readString(FILE));
		this.out.println("Written to " + FILE.toAbsolutePath());
		return this.results.faults().isEmpty();
	}

	/**
	 * No peer is always the first: a machine may get slower, or warmer.
	 */
	private List<Peer> inTurn(int round) {
		List<Peer> result = new ArrayList<>(this.options.peers());
		Collections.rotate(result, -(round - 1));
		return result;
	}

	private void measure(Scenario scenario, Peer peer, int round) throws IOException, InterruptedException {
		Path logs = DIRECTORY
			.resolve(Path.of("logs", scenario.name(), peer.label().replaceAll("[^\\w.-]", "_") + "-" + round));
		try (Trial trial = Trial.start(peer, scenario.nodes(), this.options.jdk(), this.options.jvmArguments(), logs)) {
			Measurement measurement = trial.run(scenario);
			this.results.add(scenario, peer.label(), round, measurement);
			this.out.println(String.format(Locale.ROOT, "round %d  %-22s %-20s %s", round, scenario.name(), peer,
					describe(measurement)));
		}
		catch (IllegalStateException ex) {
			this.results.addFailure(scenario, peer.label(), round, ex);
			this.out.println(scenario.name() + ", " + peer + ": " + ex.getMessage());
		}
	}

	private static String describe(Measurement measurement) {
		String memory = (measurement.heapBytes() == 0) ? ""
				: String.format(Locale.ROOT, ", heap %,d bytes, resident %,d bytes",
						measurement.heapBytes() / measurement.units(),
						measurement.residentBytes() / measurement.units());
		return String.format(Locale.ROOT, "%7.1f us, p99 %.2f ms, busy %.0f %%%s%s", measurement.cpuMicrosPerUnit(),
				measurement.latency().p99() / 1e3, measurement.utilization() * 100, memory,
				measurement.faults().none() ? "" : ", faults: " + measurement.faults());
	}

}
