package dev.channels.benchmarks.micro;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

import dev.channels.benchmarks.run.Jdk;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of JMH, with allocation.
 */
public final class MicroCommand {

	private static final Path FILE = Path.of("target", "benchmarks", "micro.md");

	private static final String ALLOCATED = "gc.alloc.rate.norm";

	private MicroCommand() {
	}

	/**
	 * Measure, print a table, and write it below {@code target/benchmarks}.
	 * @param arguments those of JMH
	 * @param out where the table goes
	 * @throws Exception if something does not run
	 */
	public static void run(List<String> arguments, PrintStream out) throws Exception {
		CommandLineOptions given = new CommandLineOptions(arguments.toArray(String[]::new));
		OptionsBuilder options = new OptionsBuilder();
		options.parent(given).addProfiler(GCProfiler.class).shouldFailOnError(true);
		if (!given.getForkCount().hasValue()) {
			options.forks(1);
		}
		if (!given.getWarmupIterations().hasValue()) {
			options.warmupIterations(5).warmupTime(TimeValue.seconds(2));
		}
		if (!given.getMeasurementIterations().hasValue()) {
			options.measurementIterations(5).measurementTime(TimeValue.seconds(2));
		}
		Jdk jdk = Jdk.find();
		options.jvm(jdk.java());
		String table = table(new Runner(options.build()).run());
		out.println(table);
		Files.createDirectories(FILE.getParent());
		Files.writeString(FILE, table);
		out.println("Written to " + FILE.toAbsolutePath());
	}

	private static String table(Collection<RunResult> results) {
		StringBuilder table = new StringBuilder("""
				| benchmark | ns | ± | bytes allocated |
				| --- | ---: | ---: | ---: |
				""");
		for (RunResult result : results) {
			Result<?> time = result.getPrimaryResult();
			Result<?> allocated = result.getSecondaryResults().get(ALLOCATED);
			table.append(String.format(Locale.ROOT, "| %s | %,.0f | %,.0f | %s |%n", name(result), time.getScore(),
					time.getScoreError(),
					(allocated != null) ? String.format(Locale.ROOT, "%,.0f", allocated.getScore()) : "–"));
		}
		return table.toString();
	}

	private static String name(RunResult result) {
		String name = result.getParams().getBenchmark();
		return name.substring(MicroCommand.class.getPackageName().length() + 1).replace("Benchmark", "");
	}

}
