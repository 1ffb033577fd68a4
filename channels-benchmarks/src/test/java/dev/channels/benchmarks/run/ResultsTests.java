package dev.channels.benchmarks.run;

import java.util.List;

import dev.channels.benchmarks.load.Faults;
import dev.channels.benchmarks.load.Measurement;
import dev.channels.benchmarks.load.Measurement.Latency;
import dev.channels.benchmarks.load.Scenario;
import dev.channels.benchmarks.load.Scenarios;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link Results} and {@link Report}.
 */
class ResultsTests {

	private static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0);

	private final Scenario scenario = scenario("rooms");

	private final Results results = new Results();

	@Test
	void comparesWithinARound() {
		add("channels", 1, 10, NONE);
		add("spring", 1, 20, NONE);
		add("channels", 2, 40, NONE);
		add("spring", 2, 40, NONE);
		add("channels", 3, 40, NONE);
		assertThat(this.results.ratios(this.scenario, "channels", "spring", Measurement::cpuMicrosPerUnit))
			.containsExactly(0.5, 1.0);
	}

	@Test
	void namesEachFault() {
		add("channels", 1, 10, NONE);
		add("channels", 2, 10, new Faults(3, 0, 1, 0, 0, 0));
		this.results.addFailure(this.scenario, "spring", 1, new IllegalStateException("spring does not start\nlog"));
		assertThat(this.results.faults()).containsExactly("rooms, spring, round 1: spring does not start",
				"rooms, channels, round 2: 3 lost, 1 out of order");
	}

	@Test
	void reportsColdFiguresApart() {
		add("channels", 1, 10, NONE);
		add("spring", 1, 20, NONE);
		this.results.add(scenario("burst-cold"), "channels", 1, measurement(30, NONE));
		this.results.add(scenario("burst-cold"), "spring", 1, measurement(20, NONE));
		LoadOptions options = LoadOptions.parse(List.of("--peers=channels,spring,vertx", "--rounds=1"));
		assertThat(new Report(options, this.results).write()).contains("""
				## Cost, as ratio to `spring` in the same round

				| scenario, of | channels | spring | vertx |
				| --- | --- | --- | --- |
				| rooms, CPU per delivery | 0.50 | 1.00 | – |

				## The same, cold: the first thing that a server does

				| scenario, of | channels | spring | vertx |
				| --- | --- | --- | --- |
				| burst-cold, CPU per delivery | 1.50 | 1.00 | – |
				""").endsWith("## Nothing was lost, doubled or out of order\n\n");
	}

	private void add(String peer, int round, int micros, Faults faults) {
		this.results.add(this.scenario, peer, round, measurement(micros, faults));
	}

	private static Scenario scenario(String name) {
		Scenario scenario = Scenarios.all().get(name);
		assertThat(scenario).isNotNull();
		return scenario;
	}

	private static Measurement measurement(int micros, Faults faults) {
		return new Measurement(100, micros * 60, micros * 40, 1_000_000, 500_000, new Latency(1, 2, 3, 4), 0, 0,
				faults);
	}

}
