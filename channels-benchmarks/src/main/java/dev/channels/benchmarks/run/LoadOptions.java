package dev.channels.benchmarks.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import dev.channels.benchmarks.load.Scenario;
import dev.channels.benchmarks.load.Scenarios;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for on the command line.
 *
 * @param peers the servers, in the order of the tables
 * @param scenarios what is done to each
 * @param rounds how often
 * @param scale what to multiply the numbers of messages by
 * @param jdk what servers and driver run on
 * @param jvmArguments further arguments of the servers' JVMs
 */
record LoadOptions(List<Peer> peers, List<Scenario> scenarios, int rounds, double scale, Jdk jdk,
		List<String> jvmArguments) {

	static final String USAGE = """
			load [--peers=..] [--scenarios=..] [--rounds=3] [--scale=1] [--java=..] [--jvm=..]
			  --peers      comma-separated, default channels,spring; 'all' for all of
			               %s.
			               channels=<checkout> is another build of the library, spring+<name>=<value>
			               has a property of Spring Boot; both can be combined
			  --scenarios  comma-separated, default 'all' for all of
			               %s
			  --rounds     how often each peer gets each scenario
			  --scale      what to multiply the numbers of messages by; 0.1 gives a first impression
			  --java       home of the JDK for servers and driver; default a JDK 25, if there is one
			  --jvm        comma-separated arguments of the servers' JVMs, beside -Xmx2g
			""".formatted(PeerKind.labels(), String.join(", ", Scenarios.all().keySet()));

	private static final String ALL = "all";

	private static final List<String> NAMES = List.of("peers", "scenarios", "rounds", "scale", "java", "jvm");

	static LoadOptions parse(List<String> arguments) {
		Map<String, String> values = new TreeMap<>();
		for (String argument : arguments) {
			String[] parts = argument.split("=", 2);
			if (!parts[0].startsWith("--") || parts.length != 2 || !NAMES.contains(parts[0].substring(2))) {
				throw new IllegalArgumentException("'" + argument + "' is no option");
			}
			values.put(parts[0].substring(2), parts[1]);
		}
		String java = values.get("java");
		double scale = Double.parseDouble(values.getOrDefault("scale", "1"));
		return new LoadOptions(peers(values.getOrDefault("peers", "channels,spring")),
				scenarios(values.get("scenarios"), scale), Integer.parseInt(values.getOrDefault("rounds", "3")), scale,
				(java != null) ? Jdk.at(Path.of(java)) : Jdk.find(), list(values.get("jvm")));
	}

	private static List<Peer> peers(String value) {
		return list(value.equals(ALL) ? PeerKind.labels().replace(" ", "") : value).stream().map(Peer::parse).toList();
	}

	private static List<Scenario> scenarios(@Nullable String value, double scale) {
		List<String> names = (value == null || value.equals(ALL)) ? List.copyOf(Scenarios.all().keySet()) : list(value);
		return names.stream().map((name) -> scenario(name).scaled(scale)).toList();
	}

	private static Scenario scenario(String name) {
		Scenario scenario = Scenarios.all().get(name);
		if (scenario == null) {
			throw new IllegalArgumentException(
					"There is no scenario '" + name + "' but " + String.join(", ", Scenarios.all().keySet()));
		}
		return scenario;
	}

	private static List<String> list(@Nullable String value) {
		return (value == null || value.isEmpty()) ? List.of() : Arrays.stream(value.split(",")).toList();
	}

}
