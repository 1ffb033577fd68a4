package dev.channels.benchmarks.run;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Scenario;
import dev.channels.benchmarks.load.Scenario.Kind;

/**
 * Writes results as Markdown.
 */
final class Report {

	private static final double MICROS_PER_SECOND = 1e6;

	private static final double MICROS_PER_MILLI = 1e3;

	private static final double KILOBYTE = 1_024;

	private static final String NOTHING = "–";

	private final LoadOptions options;

	private final Results results;

	private final List<String> peers;

	private final String base;

	private final StringBuilder text = new StringBuilder();

	Report(LoadOptions options, Results results) {
		this.options = options;
		this.results = results;
		this.peers = options.peers().stream().map(Peer::label).toList();
		this.base = results.base(this.peers);
	}

	String write() {
		line("# Load of " + LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm")));
		line("");
		line(Machine.describe(this.options.jdk()));
		line("Servers run with " + String.join(" ", withHeap(this.options.jvmArguments()))
				+ ". Medians (and ranges) of " + this.options.rounds() + " rounds"
				+ ((this.options.scale() != 1) ? " with " + this.options.scale() + " of the messages" : "") + ".");
		overview("Cost, as ratio to `" + this.base + "` in the same round", false);
		overview("The same, cold: the first thing that a server does", true);
		this.results.scenarios().forEach(this::details);
		faults();
		return this.text.toString();
	}

	private static List<String> withHeap(List<String> arguments) {
		List<String> result = new ArrayList<>(List.of("-Xmx2g"));
		result.addAll(arguments);
		return result;
	}

	private void overview(String title, boolean cold) {
		List<Scenario> scenarios = this.results.scenarios()
			.stream()
			.filter((scenario) -> scenario.name().endsWith("-cold") == cold)
			.toList();
		if (scenarios.isEmpty()) {
			return;
		}
		heading(title);
		row("scenario, of", this.peers);
		row("---", Collections.nCopies(this.peers.size(), "---"));
		for (Scenario scenario : scenarios) {
			ToDoubleFunction<Measurement> cost = cost(scenario);
			row(scenario.name() + ", " + costName(scenario),
					this.peers.stream()
						.map((peer) -> spread(this.results.ratios(scenario, peer, this.base, cost), 2))
						.toList());
		}
	}

	private static ToDoubleFunction<Measurement> cost(Scenario scenario) {
		return (scenario.kind() == Kind.IDLE) ? Measurement::heapBytes : Measurement::cpuMicrosPerUnit;
	}

	private static String costName(Scenario scenario) {
		return ((scenario.kind() == Kind.IDLE) ? "heap per " : "CPU per ") + scenario.kind().unit();
	}

	private void details(Scenario scenario) {
		heading(scenario.name() + ": " + describe(scenario));
		if (scenario.kind() == Kind.IDLE) {
			row("peer", List.of("heap, KB", "resident, KB", "CPU of a connect, µs"));
			row("---", Collections.nCopies(3, "---:"));
			each(scenario,
					(measurements) -> List.of(
							spread(measurements, (each) -> each.heapBytes() / KILOBYTE / each.units(), 1),
							spread(measurements, (each) -> each.residentBytes() / KILOBYTE / each.units(), 1),
							spread(measurements, Measurement::cpuMicrosPerUnit, 0)));
			return;
		}
		row("peer", List.of("CPU, µs", "in the kernel", "a second", "p50, ms", "p99, ms", "p99.9, ms", "server busy",
				"driver busy"));
		row("---", Collections.nCopies(8, "---:"));
		each(scenario,
				(measurements) -> List.of(spread(measurements, Measurement::cpuMicrosPerUnit, 1),
						spread(measurements, (each) -> (double) each.systemMicros() / each.units(), 1),
						spread(measurements, (each) -> each.units() * MICROS_PER_SECOND / each.wallMicros(), 0),
						spread(measurements, (each) -> each.latency().p50() / MICROS_PER_MILLI, 2),
						spread(measurements, (each) -> each.latency().p99() / MICROS_PER_MILLI, 2),
						spread(measurements, (each) -> each.latency().p999() / MICROS_PER_MILLI, 2),
						percent(measurements, Measurement::utilization),
						percent(measurements, (each) -> (double) each.driverMicros() / each.wallMicros())));
	}

	private static String describe(Scenario scenario) {
		if (scenario.kind() == Kind.IDLE) {
			return scenario.clients() + " connections that are silent, per connection";
		}
		if (scenario.kind() == Kind.CHURN) {
			return scenario.messages() + " clients connect, join and close, " + scenario.amount()
					+ " at a time, per client; times are of the handshake";
		}
		String pace = switch (scenario.pace()) {
			case WINDOW -> scenario.amount() + " in flight";
			case RATE -> scenario.amount() + " a second";
			case BURST -> scenario.amount() + " at once";
		};
		return "%,d x %,d members%s, %,d messages, %s, per delivery".formatted(scenario.rooms(), scenario.members(),
				(scenario.nodes() > 1) ? " on " + scenario.nodes() + " nodes" : "", scenario.messages(), pace);
	}

	private void each(Scenario scenario, Function<List<Measurement>, List<String>> cells) {
		for (String peer : this.peers) {
			List<Measurement> measurements = this.results.of(scenario, peer);
			if (!measurements.isEmpty()) {
				row(peer, cells.apply(measurements));
			}
		}
	}

	private void faults() {
		List<String> faults = this.results.faults();
		heading(faults.isEmpty() ? "Nothing was lost, doubled or out of order" : "Faults");
		faults.forEach((fault) -> line("* " + fault));
	}

	private static String spread(List<Measurement> measurements, ToDoubleFunction<Measurement> value, int decimals) {
		return spread(measurements.stream().mapToDouble(value).boxed().toList(), decimals);
	}

	private static String spread(List<Double> values, int decimals) {
		return values.isEmpty() ? NOTHING : Spread.of(values).text(decimals);
	}

	private static String percent(List<Measurement> measurements, ToDoubleFunction<Measurement> share) {
		double median = Spread.of(measurements.stream().mapToDouble(share).boxed().toList()).median();
		return String.format(Locale.ROOT, "%.0f %%", median * 100);
	}

	private void heading(String title) {
		line("");
		line("## " + title);
		line("");
	}

	private void row(String first, List<String> cells) {
		line("| " + first + " | " + String.join(" | ", cells) + " |");
	}

	private void line(String line) {
		this.text.append(line).append('\n');
	}

}
